using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Onnx;

/// <summary>Counts the parameters of an ONNX model, for memory figures.</summary>
public static class OnnxParameters
{
    /// <summary>The number of float32 values among the model's initializers: weights, biases, tables; constants of the graph included.</summary>
    /// <param name="path">The model file.</param>
    /// <exception cref="InputException">No such file, or it is no ONNX model.</exception>
    public static long Count(string path) =>
        OnnxFile.Read(path).Graph.Initializer.Where(t => t.DataType == (int)TensorProto.Types.DataType.Float).Sum(t => t.Count());
}
