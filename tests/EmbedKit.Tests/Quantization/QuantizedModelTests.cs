using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Quantization;
using EmbedKit.Runtime;
using static EmbedKit.Tests.Quantization.OnnxFiles;

namespace EmbedKit.Tests.Quantization;

/// <summary>Weights outside the file, and files that cannot be quantised.</summary>
public sealed class QuantizedModelTests : IDisposable
{
    private const int Width = 32;
    private static readonly float[] X = Random(1, 3 * Width);
    private static readonly float[] Weights = Random(2, Width * Width);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Weights_outside_the_file_are_read_and_a_small_result_holds_its_own()
    {
        var path = Quantize(Save(_folder, Graph(), MoveOutside("weights.bin")));
        File.Delete(Path.Combine(_folder, "weights.bin"));
        AssertClose(Expected(), Run(path, X, Width));
    }

    [Fact]
    public void A_result_too_large_for_one_message_keeps_its_weights_in_a_file_of_their_own()
    {
        var target = Path.Combine(_folder, "model_quantized.onnx");
        var written = QuantizedModel.Write(Save(_folder, Graph()), target, [], largestMessage: 100);
        var data = new FileInfo(target + "_data");
        Assert.True(data.Length >= 4096 + (Width * Width), $"{data.Length} bytes outside");
        Assert.True(new FileInfo(target).Length < Width * Width * sizeof(float));
        Assert.Equal(
            (new FileInfo(Path.Combine(_folder, "model.onnx")).Length, new FileInfo(target).Length + data.Length),
            (written.BytesBefore, written.BytesAfter));
        AssertClose(Expected(), Run(target, X, Width));
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/tmp/weights.bin")]
    [InlineData("a/../../weights.bin")]
    [InlineData("")]
    public void Weights_outside_the_folder_are_refused(string location) =>
        AssertError(() => Quantize(Save(_folder, Graph(), MoveOutside("weights.bin", location))), "outside the model's folder");

    [Fact]
    public void Weights_behind_a_link_out_of_the_folder_are_refused()
    {
        var model = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        var path = Save(model, Graph(), MoveOutside("../weights.bin", "weights.bin"));
        File.CreateSymbolicLink(Path.Combine(model, "weights.bin"), Path.Combine(_folder, "weights.bin"));
        AssertError(() => Quantize(path), "outside the model's folder");
    }

    [Fact]
    public void Weights_outside_that_are_missing_or_cut_are_an_error()
    {
        var path = Save(_folder, Graph(), MoveOutside("weights.bin"));
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[100]);
        AssertError(() => Quantize(path), "has 100 bytes; expected 'w' at 16 with 4,096 bytes");
        File.Delete(Path.Combine(_folder, "weights.bin"));
        AssertError(() => Quantize(path), "no weights.bin, where 'w' lies");
    }

    [Fact]
    public void Fewer_values_than_the_shape_says_are_an_error() =>
        AssertError(() => Quantize(Save(_folder, Graph(), m => m.Graph.Initializer.First(t => t.Name == "w").Dims[0] = 31)),
            "has 1,024 values; expected 992");

    [Fact]
    public void A_weight_that_is_not_finite_is_an_error()
    {
        var graph = Graph([float.NaN, .. Weights[1..]]);
        AssertError(() => Quantize(Save(_folder, graph)), "the weights 'w' of MatMul_0 hold a value that is not finite");
    }

    [Fact]
    public void A_model_quantised_already_is_refused() =>
    AssertError(() => Quantize(Quantize(Save(_folder, Graph()))), "quantised already (it has DynamicQuantizeLinear)");

    [Fact]
    public void A_model_without_linear_layers_is_refused()
    {
        var graph = new OnnxGraph("none");
        var x = graph.Input("x", OnnxElement.Float, 4, 4);
        graph.Output("y", graph.Node("MatMul", [x, x]), OnnxElement.Float, 4, 4);
        AssertError(() => Quantize(Save(_folder, graph)), "nothing to quantise among 2 nodes");
    }

    [Fact]
    public void An_operator_set_before_dynamic_quantisation_is_refused() =>
        AssertError(() => Quantize(Save(_folder, Graph(), m => m.OpsetImport[0].Version = 10)), "operator set 10; expected 11 or later");

    [Fact]
    public void Half_precision_is_refused() => AssertError(
        () => Quantize(Save(_folder, Graph(), m => m.Graph.Initializer.First(t => t.Name == "w").DataType = (int)TensorProto.Types.DataType.Float16)),
        "'w' is stored in half precision; expected the float32 export");

    [Theory]
    [InlineData("no model at all")]
    [InlineData("")]
    public void A_file_that_is_no_model_is_refused(string content)
    {
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllText(path, content);
        AssertError(() => Quantize(path), "an ONNX model");
    }

    [Fact]
    public void Products_that_stay_in_float_are_named_with_a_reason()
    {
        var graph = new OnnxGraph("mixed");
        var x = graph.Input("x", OnnxElement.Float, "rows", Width);
        var y = graph.Node("MatMul", [x, graph.Weight("w", Weights, Width, Width)]);
        var attention = graph.Node("MatMul", [y, graph.Node("Transpose", [y])]);
        var left = graph.Node("MatMul", [graph.Node("MatMul", [attention, y]), graph.Weight("stack", Weights, 1, Width, Width)]);
        var scaled = graph.Node("Gemm", [y, graph.Weight("v", Weights, Width, Width)], ("alpha", 0.5f));
        graph.Output("y", graph.Node("Add", [left, scaled]), OnnxElement.Float, "one", "rows", Width);
        var (layers, skipped) = LinearLayers.Find(OnnxFile.Read(Save(_folder, graph)), "model.onnx");
        Assert.Equal(["MatMul_0"], layers.Select(l => l.Name));
        Assert.Equal(
            ["product of two computed values", "product of two computed values", "weights of rank 3", "alpha or beta other than 1"],
            skipped.Select(s => s.Reason));
    }

    private static float[] Expected() => DynamicQuantization.Linear(X, Weights, Width, Width, Weights[..Width]);

    private static OnnxGraph Graph(float[]? weights = null)
    {
        var graph = new OnnxGraph("test");
        var x = graph.Input("x", OnnxElement.Float, "rows", Width);
        var table = graph.Weight("table", Weights, Width, Width);
        var product = graph.Node("MatMul", [x, graph.Weight("w", weights ?? Weights, Width, Width)]);
        graph.Output("y", graph.Node("Add", [product, graph.Node("Gather", [table, graph.Integer(0)])]), OnnxElement.Float, "rows", Width);
        return graph;
    }

    /// <summary>Moves the weights and the table to a file, each at byte 16 of a place of its own.</summary>
    private Action<ModelProto> MoveOutside(string file, string? location = null) => model =>
    {
        var bytes = new List<byte>();
        foreach (var tensor in model.Graph.Initializer.Where(t => t.Name is "w" or "table").OrderByDescending(t => t.Name))
        {
            bytes.AddRange(new byte[16]);
            (string Key, string Value)[] entries =
                [("location", location ?? file), ("offset", $"{bytes.Count}"), ("length", $"{tensor.RawData.Length}")];
            tensor.ExternalData.Add(entries.Select(e => new StringStringEntryProto { Key = e.Key, Value = e.Value }));
            bytes.AddRange(tensor.RawData.Span);
            (tensor.RawData, tensor.DataLocation) = (Google.Protobuf.ByteString.Empty, TensorProto.Types.DataLocation.External);
        }

        File.WriteAllBytes(Path.Combine(_folder, Path.GetFileName(file)), [.. bytes]);
    };

    private static void AssertError(Func<object> run, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(run).Message, StringComparison.Ordinal);
}
