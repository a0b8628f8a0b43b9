using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static EmbedKit.Tests.Quantization.OnnxFiles;

namespace EmbedKit.Tests.Quantization;

/// <summary>ONNX Runtime on the rewritten graph against <see cref="DynamicQuantization"/>.</summary>
public sealed class GraphQuantizerTests : IDisposable
{
    private const int Inputs = 24;
    private const int Outputs = 17;
    private static readonly PythonPeer Onnx = new("onnx", "apt-get install python3-onnx");
    private static readonly float[] X = Random(1, 5 * Inputs);
    private static readonly float[] Weights = Random(2, Inputs * Outputs, 0.3f);
    private static readonly float[] Bias = Random(3, Outputs);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_MatMul_with_a_bias_behind_it_computes_what_dynamic_quantisation_says()
    {
        var path = Quantize(Save(_folder, OneLayer()));
        AssertClose(DynamicQuantization.Linear(X, Weights, Inputs, Outputs, Bias), Run(path, X, Inputs));
        var model = OnnxFile.Read(path);
        Assert.Equal((0, 1), (model.Count("MatMul"), model.Count("MatMulInteger")));
        Assert.DoesNotContain(model.Graph.Initializer, t => t.Name == "w");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_Gemm_keeps_its_bias_whichever_way_its_weights_lie(bool transposed)
    {
        var graph = Start(out var x);
        var stored = transposed ? Transposed(Weights) : Weights;
        var weight = transposed ? graph.Weight("w", stored, Outputs, Inputs) : graph.Weight("w", stored, Inputs, Outputs);
        var y = graph.Node("Gemm", [x, weight, graph.Weight("b", Bias, Outputs)], ("transB", transposed ? 1 : 0), ("alpha", 1f), ("beta", 1f));
        graph.Output("y", y, OnnxElement.Float, "rows", Outputs);
        AssertClose(DynamicQuantization.Linear(X, Weights, Inputs, Outputs, Bias), Run(Quantize(Save(_folder, graph)), X, Inputs));
    }

    [Fact]
    public void Graphs_that_make_no_sense_are_refused_in_one_line()
    {
        void Refused(string expected, Action<ModelProto> change)
        {
            var error = Assert.Throws<InputException>(() => Quantize(Save(_folder, OneLayer(), change)));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }

        Refused("expected sizes of at most", m => m.Graph.Initializer[0].Dims[0] = long.MaxValue);
        Refused("expected sizes of at most", m => m.Graph.Initializer[0].Dims[0] = -1);
        Refused("by its shape", m => m.Graph.Initializer[0].Dims[0] = 1 << 20);
        Refused("by its shape", m => m.Graph.Initializer[0].RawData = ByteString.CopyFrom(new byte[7]));
        Refused("stand there twice", m => m.Graph.Initializer.Add(m.Graph.Initializer[0].Clone()));
        Refused("is made twice", m => m.Graph.Node.Add(m.Graph.Node[0].Clone()));
        Refused("has 1 input", m => m.Graph.Node.First(n => n.OpType == "MatMul").Input.RemoveAt(1));
        Refused("is made of itself", m =>
        {
            m.Graph.Node.First(n => n.OpType == "MatMul").Input[1] = "p";
            m.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "q" }, Output = { "p" } });
            m.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "p" }, Output = { "q" } });
        });
    }

    [Fact]
    public void Weights_behind_Identity_and_Transpose_are_found_and_those_nodes_go()
    {
        var graph = Start(out var x);
        var weight = graph.Node(
            "Identity", [graph.Node("Transpose", [graph.Weight("w", Transposed(Weights), Outputs, Inputs)], ("perm", new[] { 1, 0 }))]);
        graph.Output("y", graph.Node("MatMul", [x, weight]), OnnxElement.Float, "rows", Outputs);
        var path = Quantize(Save(_folder, graph));
        AssertClose(DynamicQuantization.Linear(X, Weights, Inputs, Outputs), Run(path, X, Inputs));
        Assert.Equal(0, OnnxFile.Read(path).Count("Transpose"));
    }

    [Fact]
    public void Layers_that_read_one_value_share_its_quantisation_and_layers_that_share_weights_get_bytes_of_their_own()
    {
        var graph = Start(out var x);
        var (weight, other) = (graph.Weight("w", Weights, Inputs, Outputs), graph.Weight("v", Random(4, Inputs * Outputs), Inputs, Outputs));
        var sum = graph.Node("Add", [graph.Node("MatMul", [x, weight]), graph.Node("MatMul", [x, other])]);
        var again = graph.Node("MatMul", [graph.Node("Neg", [x]), weight]);
        graph.Output("y", graph.Node("Add", [sum, again]), OnnxElement.Float, "rows", Outputs);
        var path = Quantize(Save(_folder, graph));
        var model = OnnxFile.Read(path);
        Assert.Equal((3, 2), (model.Count("MatMulInteger"), model.Count("DynamicQuantizeLinear")));
        Assert.Equal(3, model.Graph.Initializer.Count(t => t.DataType == (int)TensorProto.Types.DataType.Int8));
        var one = DynamicQuantization.Linear(X, Weights, Inputs, Outputs);
        var two = DynamicQuantization.Linear(X, Random(4, Inputs * Outputs), Inputs, Outputs);
        var three = DynamicQuantization.Linear([.. X.Select(v => -v)], Weights, Inputs, Outputs);
        AssertClose([.. one.Select((v, i) => v + two[i] + three[i])], Run(path, X, Inputs));
    }

    [Fact]
    public void Weights_that_are_looked_up_as_well_stay_in_float_beside_their_bytes()
    {
        var graph = Start(out var x);
        var weight = graph.Weight("w", Weights, Inputs, Outputs);
        graph.Output(
            "y", graph.Node("Add", [graph.Node("MatMul", [x, weight]), graph.Node("Gather", [weight, graph.Integer(3)])]), OnnxElement.Float, "rows",
            Outputs);
        var row = Weights[(3 * Outputs)..(4 * Outputs)];
        AssertClose(DynamicQuantization.Linear(X, Weights, Inputs, Outputs, row), Run(Quantize(Save(_folder, graph)), X, Inputs));
    }

    [Fact]
    public void Constants_whose_tensors_bear_one_name_keep_their_own_weights()
    {
        var graph = Start(out var x);
        var (first, second) = (graph.Node("Constant", []), graph.Node("Constant", []));
        graph.Output(
            "y", graph.Node("Sub", [graph.Node("MatMul", [x, first]), graph.Node("MatMul", [x, second])]), OnnxElement.Float, "rows", Outputs);
        var other = Random(5, Inputs * Outputs);
        var path = Quantize(Save(_folder, graph, model =>
        {
            foreach (var (node, values) in model.Graph.Node.Where(n => n.OpType == "Constant").Zip([Weights, other]))
            {
                var tensor = new TensorProto
                {
                    Name = "value",
                    DataType = (int)TensorProto.Types.DataType.Float,
                    Dims = { Inputs, Outputs },
                    FloatData = { values },
                };
                node.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor });
            }
        }));
        var (one, two) = (DynamicQuantization.Linear(X, Weights, Inputs, Outputs), DynamicQuantization.Linear(X, other, Inputs, Outputs));
        AssertClose([.. one.Zip(two, (a, b) => a - b)], Run(path, X, Inputs));
        Assert.Equal(0, OnnxFile.Read(path).Count("Constant"));
    }

    [Fact]
    public void A_layer_named_to_stay_in_float_stays()
    {
        var source = Save(_folder, OneLayer());
        var path = Quantize(source, "MatMul_0");
        Assert.Equal(Run(source, X, Inputs), Run(path, X, Inputs));
    }

    [Fact]
    public void Old_files_that_declare_weights_as_inputs_no_longer_do()
    {
        var path = Quantize(Save(_folder, OneLayer(), model =>
        {
            model.IrVersion = 3;
            model.Graph.Input.Add(new ValueInfoProto { Name = "w", Type = model.Graph.Input[0].Type });
            model.Graph.Input.Add(new ValueInfoProto { Name = "b", Type = model.Graph.Input[0].Type });
        }));
        Assert.Equal(["x", "b"], OnnxFile.Read(path).Graph.Input.Select(i => i.Name));
    }

    [Fact]
    public void What_this_kit_does_not_know_survives_the_rewrite()
    {
        byte[] version42 = [0x28, 42]; // field 5, model_version
        var path = Save(_folder, OneLayer());
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path), .. version42]);
        using var session = new InferenceSession(Quantize(path));
        Assert.Equal(42, session.ModelMetadata.Version);
    }

    [Fact]
    public void Equal_files_give_equal_bytes()
    {
        var source = Save(_folder, OneLayer());
        Assert.Equal(File.ReadAllBytes(Quantize(source)), File.ReadAllBytes(Quantize(source)));
    }

    [Fact]
    public void The_onnx_package_finds_the_rewritten_file_valid()
    {
        var graph = Start(out var x);
        var gemm = graph.Node("Gemm", [x, graph.Weight("v", Transposed(Weights), Outputs, Inputs), graph.Weight("c", Bias, Outputs)], ("transB", 1));
        graph.Output(
            "y", graph.Node("Add", [gemm, graph.Node("MatMul", [x, graph.Weight("w", Weights, Inputs, Outputs)])]), OnnxElement.Float, "rows",
            Outputs);
        var counts = Onnx.Run(Path.Combine(AppContext.BaseDirectory, "Golden", "onnx", "check_model.py"), [Quantize(Save(_folder, graph))], null);
        Assert.Equal((2, 1), (counts.GetProperty("MatMulInteger").GetInt32(), counts.GetProperty("DynamicQuantizeLinear").GetInt32()));
        Assert.False(counts.TryGetProperty("Gemm", out _));
    }

    private static OnnxGraph Start(out string x)
    {
        var graph = new OnnxGraph("test");
        x = graph.Input("x", OnnxElement.Float, "rows", Inputs);
        return graph;
    }

    private static OnnxGraph OneLayer()
    {
        var graph = Start(out var x);
        var product = graph.Node("MatMul", [x, graph.Weight("w", Weights, Inputs, Outputs)]);
        graph.Output("y", graph.Node("Add", [product, graph.Weight("b", Bias, Outputs)]), OnnxElement.Float, "rows", Outputs);
        return graph;
    }

    private static float[] Transposed(float[] weights) =>
        [.. Enumerable.Range(0, weights.Length).Select(i => weights[(i % Inputs * Outputs) + (i / Inputs)])];
}
