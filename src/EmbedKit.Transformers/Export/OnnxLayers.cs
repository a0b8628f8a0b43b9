using EmbedKit.Embedding.Onnx;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Export;

/// <summary>Writes the layers that the encoders are made of into a graph. Each method takes and returns value names.</summary>
internal static class OnnxLayers
{
    /// <summary>x·Wᵀ + b over the last axis, as a MatMul with stored weights, which is the form that quantisers look for.</summary>
    internal static string Linear(this OnnxGraph graph, string name, string x, Linear layer)
    {
        var product = graph.Node("MatMul", [x, graph.Weight($"{name}.weight", layer.weight!.t())]);
        return layer.bias is null ? product : graph.Add(product, graph.Weight($"{name}.bias", layer.bias));
    }

    /// <summary>LayerNorm or RMSNorm over the last axis.</summary>
    internal static string Norm(this OnnxGraph graph, string name, string x, nn.Module<Tensor, Tensor> norm)
    {
        if (norm is RmsNorm rms)
        {
            var mean = graph.Node("ReduceMean", [graph.Node("Mul", [x, x])], ("axes", new[] { -1 }), ("keepdims", 1));
            var root = graph.Node("Sqrt", [graph.Add(mean, graph.Scalar(rms.Epsilon))]);
            return graph.Node("Mul", [graph.Node("Div", [x, root]), graph.Weight($"{name}.weight", rms.Weight)]);
        }

        var layer = (LayerNorm)norm;
        return graph.Node(
            "LayerNormalization",
            [x, graph.Weight($"{name}.weight", layer.weight!), graph.Weight($"{name}.bias", layer.bias!)],
            ("axis", -1),
            ("epsilon", (float)layer.eps));
    }

    /// <summary>The feed-forward half of a block.</summary>
    internal static string FeedForward(this OnnxGraph graph, string name, string x, FeedForward layer)
    {
        var up = graph.Linear($"{name}.up", x, layer.Up);
        var hidden = layer.Kind switch
        {
            FeedForwardKind.Gelu => graph.Gelu(up),
            FeedForwardKind.QuickGelu => graph.Node("Mul", [up, graph.Node("Sigmoid", [graph.Node("Mul", [up, graph.Scalar(1.702f)])])]),
            _ => graph.SwiGlu(up, graph.Linear($"{name}.gate", x, layer.Gate!)),
        };
        return graph.Linear($"{name}.down", hidden, layer.Down);
    }

    /// <summary>A stack of blocks and its last norm.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">B×T×W tokens.</param>
    /// <param name="transformer">The stack.</param>
    /// <param name="attentionMask">B×T int64, or null when nothing is padded.</param>
    internal static string Transformer(this OnnxGraph graph, string x, TransformerStack transformer, string? attentionMask = null)
    {
        var length = graph.Node("Gather", [graph.Node("Shape", [x]), graph.Integers(1)]);
        var context = new OnnxAttention(graph, transformer, length, attentionMask);
        var index = 0;
        foreach (var block in transformer.Blocks)
        {
            var name = $"blocks.{index++}";
            x = graph.Branch(
                $"{name}.attention", x, block.AttentionNorm, input => context.Attend($"{name}.attention", input, block.Attention),
                block.AttentionScale, transformer.Options.PostNorm);
            x = graph.Branch(
                $"{name}.feed_forward", x, block.FeedForwardNorm, input => graph.FeedForward($"{name}.feed_forward", input, block.FeedForward),
                block.FeedForwardScale, transformer.Options.PostNorm);
        }

        return transformer.FinalNorm is null ? x : graph.Norm("final_norm", x, transformer.FinalNorm);
    }

    private static string Branch(
        this OnnxGraph graph, string name, string x, nn.Module<Tensor, Tensor> norm, Func<string, string> branch, Parameter? scale, bool postNorm)
    {
        string Norm(string value) => graph.Norm($"{name}_norm", value, norm);
        var sum = graph.Add(x, graph.Scaled($"{name}_scale", branch(postNorm ? x : Norm(x)), scale));
        return postNorm ? Norm(sum) : sum;
    }

    private static string Scaled(this OnnxGraph graph, string name, string branch, Parameter? scale) =>
        scale is null ? branch : graph.Node("Mul", [branch, graph.Weight(name, scale)]);

    /// <summary>x/2 · (1 + erf(x/√2)).</summary>
    private static string Gelu(this OnnxGraph graph, string x)
    {
        var erf = graph.Node("Erf", [graph.Node("Div", [x, graph.Scalar(MathF.Sqrt(2))])]);
        return graph.Node("Mul", [graph.Node("Mul", [x, graph.Scalar(0.5f)]), graph.Add(erf, graph.Scalar(1))]);
    }

    private static string SwiGlu(this OnnxGraph graph, string up, string gate) =>
        graph.Node("Mul", [up, graph.Node("Mul", [gate, graph.Node("Sigmoid", [gate])])]);
}
