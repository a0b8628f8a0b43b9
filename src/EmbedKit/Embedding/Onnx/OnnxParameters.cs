using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using Google.Protobuf;

namespace EmbedKit.Embedding.Onnx;

/// <summary>Counts the parameters of an ONNX model, for memory figures.</summary>
public static class OnnxParameters
{
    private const int Float32 = 1;

    /// <summary>The number of float32 values among the model's initializers: weights, biases, tables; constants of the graph included.</summary>
    /// <param name="path">The model file.</param>
    /// <exception cref="InputException">No such file, or it is no ONNX model.</exception>
    public static long Count(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path}: no such file; expected an ONNX model.");
        }

        try
        {
            using var stream = File.OpenRead(path);
            return ModelProto.Parser.ParseFrom(stream).Graph.Initializer
                .Where(t => t.DataType == Float32).Sum(t => t.Dims.Aggregate(1L, (product, size) => product * size));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InputException($"{path}: not readable as an ONNX model ({error.Message}); expected a protobuf ModelProto.", error);
        }
    }
}
