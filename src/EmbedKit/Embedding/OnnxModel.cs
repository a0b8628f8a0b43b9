using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Embedding;

/// <summary>An ONNX file opened for inference on the CPU, its inputs and output checked by name, type and rank before anything runs.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _output;

    /// <param name="path">The ONNX file.</param>
    /// <param name="output">The output to read.</param>
    /// <param name="rank">Its rank.</param>
    /// <param name="threads">Threads of one run.</param>
    internal OnnxModel(string path, string output, int rank, int threads)
    {
        (Path, _output) = (path, output);
        Hash = ModelHashes.Of(path);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Threads that spin while they wait would take the cores from decoding.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = new(path, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InputException($"{path}: not a model ONNX Runtime can open ({error.Message.ReplaceLineEndings(" ")}); expected an ONNX file.", error);
        }

        try
        {
            Check(_session.OutputMetadata, output, "output", typeof(float), rank);
        }
        catch (InputException)
        {
            _session.Dispose();
            throw;
        }
    }

    internal string Path { get; }

    /// <summary>SHA-256 of the file.</summary>
    internal string Hash { get; }

    internal static string RuntimeVersion => $"Microsoft.ML.OnnxRuntime {OrtEnv.Instance().GetVersionString()}";

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
