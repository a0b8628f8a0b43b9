using EmbedKit.Embedding.Onnx.Format;

namespace EmbedKit.Quantization;

/// <summary>A MatMul or Gemm with a stored float32 weight matrix: what can be quantised.</summary>
/// <param name="Node">The node.</param>
/// <param name="Name">The node's name, or its output's where it has none.</param>
/// <param name="Source">The graph's name for the stored weights: an initializer, or the output of a Constant.</param>
/// <param name="Weight">The stored weights.</param>
/// <param name="Transposed">Whether the weights are stored as outputs × inputs.</param>
internal sealed record LinearLayer(NodeProto Node, string Name, string Source, TensorProto Weight, bool Transposed)
{
    /// <summary>K.</summary>
    internal int Inputs => (int)Weight.Dims[Transposed ? 1 : 0];

    /// <summary>N.</summary>
    internal int Outputs => (int)Weight.Dims[Transposed ? 0 : 1];
}

/// <summary>A layer that stays in float.</summary>
/// <param name="Name">The node's name, or its output's where it has none.</param>
/// <param name="Reason">Why, in a few words.</param>
/// <param name="Cosine">The smallest cosine of embeddings when only this layer is quantised, where that was measured.</param>
public sealed record SkippedLayer(string Name, string Reason, double? Cosine = null);
