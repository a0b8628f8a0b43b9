using EmbedKit.Embedding.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Tests.Embedding.Onnx;

public class OnnxGraphTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void OnnxRuntime_computes_what_the_graph_says_for_any_batch(int batch)
    {
        using var session = new InferenceSession(Affine().ToBytes());
        var input = Enumerable.Range(0, batch * 3).Select(i => i - 2f).ToArray();
        using var x = OrtValue.CreateTensorValueFromMemory(input, [batch, 3]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["x"], [x], ["y"]);

        var expected = input.Chunk(3).SelectMany(r => new[] { r[0] + (3 * r[1]) + (5 * r[2]) + 0.5f, (2 * r[0]) + (4 * r[1]) + (6 * r[2]) + 0.5f });
        Assert.Equal([batch, 2], results[0].GetTensorTypeAndShape().Shape);
        Assert.Equal(expected, results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void Equal_graphs_give_equal_bytes() => Assert.Equal(Affine().ToBytes(), Affine().ToBytes());

    [Fact]
    public void Named_and_fixed_dimensions_reach_the_runtime()
    {
        using var session = new InferenceSession(Affine().ToBytes());

        Assert.Equal([-1, 3], session.InputMetadata["x"].Dimensions);
        Assert.Equal(["batch", ""], session.InputMetadata["x"].SymbolicDimensions);
        Assert.Equal([-1, 2], session.OutputMetadata["y"].Dimensions);
    }

    [Fact]
    public void Weights_that_do_not_fill_their_shape_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new OnnxGraph("bad").Weight("w", [1, 2, 3], 2, 2));
        Assert.Contains("w: 3 values for shape [2, 2]", error.Message, StringComparison.Ordinal);
    }

    private static OnnxGraph Affine()
    {
        var graph = new OnnxGraph("affine");
        var x = graph.Input("x", OnnxElement.Float, "batch", 3);
        var product = graph.Node("MatMul", [x, graph.Weight("w", [1, 2, 3, 4, 5, 6], 3, 2)]);
        graph.Output("y", graph.Node("Add", [product, graph.Scalar(0.5f)]), OnnxElement.Float, "batch", 2);
        return graph;
    }
}
