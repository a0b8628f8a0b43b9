using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Embedding;

/// <summary>An ONNX file opened for inference, its inputs and output checked by name, type and rank before anything runs.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _output;

    /// <param name="path">The ONNX file.</param>
    /// <param name="output">The output to read.</param>
    /// <param name="rank">Its rank.</param>
    /// <param name="options">Threads and device.</param>
    internal OnnxModel(string path, string output, int rank, EncoderOptions options)
    {
        (Path, _output) = (path, output);
        Hash = ModelHashes.Of(path);
        using var session = SessionOptionsFor(options);
        try
        {
            _session = new(path, session);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InputException($"{path}: not a model ONNX Runtime can open ({error.Message.ReplaceLineEndings(" ")}); expected an ONNX file.", error);
        }

        try
        {
            OutputWidth = Check(_session.OutputMetadata, output, "output", typeof(float), rank)[^1] is > 0 and var width ? width : null;
        }
        catch (InputException)
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Who computes, as metadata of embedding generators names it.</summary>
    internal const string ProviderName = "Microsoft.ML.OnnxRuntime";

    internal string Path { get; }

    /// <summary>The output's last size, or null where the file leaves it open.</summary>
    internal int? OutputWidth { get; }

    /// <summary>SHA-256 of the file.</summary>
    internal string Hash { get; }

    internal static string RuntimeVersion => $"{ProviderName} {OrtEnv.Instance().GetVersionString()}";

    internal IReadOnlyCollection<string> Inputs => [.. _session.InputMetadata.Keys];

    /// <summary>Sizes of an input, −1 where any goes.</summary>
    /// <exception cref="InputException">No such input, or of another type or rank.</exception>
    internal int[] InputShape(string name, Type element, int rank) => Check(_session.InputMetadata, name, "input", element, rank);

    /// <summary>Refuses inputs beyond those that can be given.</summary>
    internal void RequireOnly(IReadOnlyCollection<string> known)
    {
        if (Inputs.FirstOrDefault(i => !known.Contains(i)) is { } unknown)
        {
            throw new InputException($"{Path}: asks for input '{unknown}'; expected only {string.Join(", ", known)}. Export the model without it.");
        }
    }

    /// <summary>Runs once; gives the output's sizes and values.</summary>
    internal (long[] Shape, float[] Values) Run(IReadOnlyDictionary<string, OrtValue> inputs)
    {
        using var results = _session.Run(_run, inputs, [_output]);
        return (results[0].GetTensorTypeAndShape().Shape, results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private static SessionOptions SessionOptionsFor(EncoderOptions options)
    {
        var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,

            // A plan for each shape keeps a block of memory for each shape: with batches of 1 and 8 a ViT-B/14 takes 120 MiB more, and no less time.
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Threads that spin while they wait would take the cores from decoding.
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (ByteProducts.MaySaturate)
        {
            session.AddSessionConfigEntry(ByteProducts.ExactOption, "1");
        }

        if (options.Device == ExecutionDevice.Cuda)
        {
            try
            {
                AppendCuda(session);
            }
            catch (InputException)
            {
                session.Dispose();
                throw;
            }
        }

        return session;
    }

    private static void AppendCuda(SessionOptions session)
    {
        if (!OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
        {
            throw new InputException("device cuda: this build has no CUDA provider; expected one built with -p:Accelerator=cuda (EMBEDKIT_ACCELERATOR=cuda ./embedkit …), or run with device cpu.");
        }

        try
        {
            session.AppendExecutionProvider_CUDA();
        }
        catch (OnnxRuntimeException error)
        {
            throw new InputException($"device cuda: the GPU cannot be used ({error.Message.ReplaceLineEndings(" ")}); expected an NVIDIA GPU with a driver for CUDA 12. Or run with device cpu.", error);
        }
    }

    private int[] Check(IReadOnlyDictionary<string, NodeMetadata> all, string name, string what, Type element, int rank)
    {
        if (!all.TryGetValue(name, out var found))
        {
            throw new InputException($"{Path}: no {what} '{name}'; there are {string.Join(", ", all.Keys)}. Expected the names of Hugging Face exports.");
        }

        return found.IsTensor && found.ElementType == element && found.Dimensions.Length == rank
            ? found.Dimensions
            : throw new InputException($"{Path}: {what} '{name}' is {found.ElementType?.Name} of rank {found.Dimensions.Length}; expected {element.Name} of rank {rank}.");
    }
}
