using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedKit.Embedding.Encoders;

/// <summary>An ONNX file opened for inference; what it asks for and gives can be asked before anything runs.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <param name="folder">The model folder, out of which nothing is read.</param>
    /// <param name="path">The ONNX file in it.</param>
    /// <param name="options">Threads and device.</param>
    internal OnnxModel(string folder, string path, EncoderOptions options)
    {
        Path = path;
        Hash = ModelHashes.OfModel(folder, path, ExternalData.Check(folder, path));
        using var session = OnnxSession.Options(options);
        try
        {
            _session = new(path, session);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InputException(
                $"{path}: not a model ONNX Runtime can open ({InputException.OneLine(error.Message)}); expected an ONNX file.", error);
        }
    }

    internal string Path { get; }

    /// <inheritdoc cref="ModelHashes.OfModel"/>
    internal string Hash { get; }

    internal static string RuntimeVersion => $"Microsoft.ML.OnnxRuntime {OrtEnv.Instance().GetVersionString()}";

    internal IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    internal IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Element type and sizes (−1 where any goes) of an input.</summary>
    /// <exception cref="InputException">No such input, or of another type or rank.</exception>
    internal (TensorElementType Element, int[] Shape) Input(string name, int rank, params TensorElementType[] elements)
    {
        if (!Inputs.TryGetValue(name, out var found))
        {
            throw new InputException(
                $"{Path}: no input '{name}'; there are {Names(Inputs.Keys)}. Expected the names of Hugging Face exports, or an 'input' in "
                    + $"{ModelDescription.FileName}.");
        }

        return found.IsTensor && elements.Contains(found.ElementDataType) && found.Dimensions.Length == rank
            ? (found.ElementDataType, found.Dimensions)
            : throw new InputException($"{Path}: input '{name}' is {Describe(found)}; expected {string.Join(" or ", elements)} of rank {rank}.");
    }

    /// <summary>Runs once; gives an output's sizes and its values as float32.</summary>
    internal (long[] Shape, float[] Values) Run(IReadOnlyDictionary<string, OrtValue> inputs, string output)
    {
        using var results = RunOrSay(inputs, output);
        var type = results[0].GetTensorTypeAndShape();
        return (type.Shape, type.ElementDataType == TensorElementType.Float16
            ? Array.ConvertAll(results[0].GetTensorDataAsSpan<Float16>().ToArray(), v => (float)v)
            : results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    private IDisposableReadOnlyCollection<OrtValue> RunOrSay(IReadOnlyDictionary<string, OrtValue> inputs, string output)
    {
        try
        {
            return _session.Run(_run, inputs, [output]);
        }
        catch (OnnxRuntimeException error)
        {
            var given = inputs.Select(i => $"{i.Key} {string.Join('×', i.Value.GetTensorTypeAndShape().Shape)}");
            throw new InputException(
                $"{Path}: does not run on {string.Join(", ", given)} ({InputException.OneLine(error.Message)}); expected a model that reads images "
                    + "as N×3×H×W or texts as N×T.", error);
        }
    }

    /// <summary>Type and sizes in words, for errors.</summary>
    internal static string Describe(NodeMetadata value) => value.IsTensor
        ? $"{value.ElementDataType} of rank {value.Dimensions.Length} "
            + $"({string.Join('×', value.Dimensions.Select(d => d < 0 ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))})"
        : $"{value.OnnxValueType}";

    /// <summary>Names for errors: all of a few, the first of many.</summary>
    internal static string Names(IEnumerable<string> names)
    {
        const int Shown = 10;
        var all = names.ToArray();
        return string.Join(", ", all.Take(Shown)) + (all.Length > Shown ? $" and {all.Length - Shown} more" : "");
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
