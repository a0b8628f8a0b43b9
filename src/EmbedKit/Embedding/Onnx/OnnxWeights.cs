using static TorchSharp.torch;
namespace EmbedKit.Embedding.Onnx;

/// <summary>What every network written as a graph needs: its trained tensors, and sums.</summary>
public static class OnnxWeights
{
    /// <summary>Stores a parameter under its own shape.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">The weights' name; once in a graph.</param>
    /// <param name="parameter">A float32 tensor of any shape.</param>
    /// <returns>The weights' name.</returns>
    public static string Weight(this OnnxGraph graph, string name, Tensor parameter)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(parameter);
        using var scope = NewDisposeScope();
        return graph.Weight(name, parameter.detach().contiguous().data<float>().ToArray(), parameter.shape);
    }

    /// <summary>a + b, broadcast.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="a">A value made before.</param>
    /// <param name="b">Another.</param>
    /// <returns>The sum's name.</returns>
    public static string Add(this OnnxGraph graph, string a, string b)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Node("Add", [a, b]);
    }
}
