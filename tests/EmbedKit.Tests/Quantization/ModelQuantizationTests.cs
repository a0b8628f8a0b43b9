using EmbedKit.Demo.World;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Quantization;
using EmbedKit.Runtime;
using EmbedKit.Tests.Embedding;
using EmbedKit.Tests.Embedding.Extraction;

namespace EmbedKit.Tests.Quantization;

/// <summary>Whole model folders: what is measured, chosen, placed and locked.</summary>
public sealed class ModelQuantizationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Model => Path.Combine(_folder, "model");

    private string Quantized => Path.Combine(Model, "onnx", "model_quantized.onnx");

    [Fact]
    public void The_int8_model_lies_beside_the_other_and_is_close_to_it()
    {
        WriteDino();
        var report = Quantize(new());
        var side = Assert.Single(report.Sides);
        Assert.True(report.Reached);
        Assert.Equal([Quantized], report.Written);
        Assert.InRange(side.Effect!.MinCosine, 0.999, 1 + 1e-6);
        Assert.InRange(side.Effect.MeanCosine, side.Effect.MinCosine, 1 + 1e-6);
        Assert.Equal((16, "16 synthetic images and texts of the demo world"), (side.Effect.Inputs, report.Inputs));
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(Model), new() { Precision = ModelPrecision.Int8 });
        Assert.Equal("onnx/model_quantized.onnx", encoder.File);
        Assert.Equal(
            ["config.json", "model.onnx", "onnx", "preprocessor_config.json"],
            Directory.GetFileSystemEntries(Model).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Integer_products_do_not_saturate()
    {
        WriteDino(first: [.. Enumerable.Repeat(1f, 144)]);
        Quantize(new(), samples: 0);
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(Model), new() { Precision = ModelPrecision.Int8 });
        Assert.All(
            encoder.Encode([.. Enumerable.Repeat(1f, 48)], 1).Values, v => Assert.Equal(12, v, 1e-3f)); // 255·127 in every term, the largest there is
    }

    [Fact]
    public void A_layer_that_hurts_stays_in_float_when_a_cosine_is_asked_for()
    {
        WriteDino(withOutlier: true);
        var free = Quantize(new());
        Assert.True(free.Sides[0].Effect!.MinCosine < 0.9, $"cosine {free.Sides[0].Effect!.MinCosine}: the outlier should hurt");
        var report = Quantize(new() { MinCosine = 0.99 });
        var skipped = Assert.Single(report.Sides[0].Skipped, s => s.Cosine is not null);
        Assert.Equal("behind_outlier", skipped.Name);
        Assert.True(skipped.Cosine < 0.99);
        Assert.Equal(["before_outlier"], report.Sides[0].Quantized);
        Assert.InRange(report.Sides[0].Effect!.MinCosine, 0.99, 1 + 1e-6);
        var again = Quantize(new() { MinCosine = 0.99 });
        Assert.Equal(report.Sides[0].Effect!.MinCosine, again.Sides[0].Effect!.MinCosine);
    }

    [Fact]
    public void A_cosine_out_of_reach_writes_nothing()
    {
        WriteDino(withOutlier: true);
        var before = Directory.GetFileSystemEntries(Model, "*", SearchOption.AllDirectories);
        var report = Quantize(new() { MinCosine = 0.99999999 });
        Assert.False(report.Reached);
        Assert.Empty(report.Written);
        Assert.Equal(before, Directory.GetFileSystemEntries(Model, "*", SearchOption.AllDirectories));
        Assert.False(Quantize(new() { MinCosine = 0.99999999 }, Path.Combine(_folder, "new")).Reached);
        Assert.False(Directory.Exists(Path.Combine(_folder, "new")));
    }

    [Fact]
    public void The_lock_learns_the_new_file_and_keeps_what_else_it_says()
    {
        WriteDino();
        File.WriteAllText(
            Path.Combine(Model, "models.lock.json"),
            $$"""{"source": "somewhere", "files": {"config.json": "{{ModelHashes.Of(Path.Combine(Model, "config.json"))}}"} }""");
        Quantize(new(), samples: 0);
        Assert.Equal(["config.json", "onnx/model_quantized.onnx"], ModelFolder.Open(Model).LockedFiles!);
        Assert.Contains("somewhere", File.ReadAllText(Path.Combine(Model, "models.lock.json")), StringComparison.Ordinal);
        Quantize(new(), samples: 0);
        Assert.Equal(2, ModelFolder.Open(Model).LockedFiles!.Count);
    }

    [Fact]
    public void Another_folder_gets_what_the_model_needs_and_holds_no_other_model()
    {
        WriteDino();
        var other = Path.Combine(_folder, "other");
        Quantize(new(), other, samples: 0);
        Assert.Equal(["config.json", "onnx", "preprocessor_config.json"], Directory.GetFileSystemEntries(other).Select(Path.GetFileName).Order());
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(other), new() { Precision = ModelPrecision.Int8 });
        File.WriteAllText(Path.Combine(other, "config.json"), """{"model_type": "vit"}""");
        Assert.Contains("holds another model", Assert.Throws<InputException>(() => Quantize(new(), other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_sides_of_CLIP_are_measured_on_given_rows()
    {
        TestModelsOrSkip();
        var data = new MiniDataset(_folder);
        var report = ModelQuantization.Run(
            ModelFolder.Open("tiny-clip"), new(), SampleInputs.From(data.Labels, data.Images, 2, new RandomStreams(0)), Path.Combine(_folder, "clip"),
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([EncoderSide.Image, EncoderSide.Text], report.Sides.Select(s => s.Side));
        Assert.All(report.Sides, s => Assert.InRange(s.Effect!.MinCosine, 0.99, 1 + 1e-6));
        Assert.Equal("2 rows of labels.csv", report.Inputs);
        Assert.True(ModelFolder.Open(Path.Combine(_folder, "clip")).LockedFiles!.Count > 5);
    }

    [Theory]
    [InlineData(16, 1.5, "min-cosine is 1.5")]
    [InlineData(16, double.NaN, "min-cosine is NaN")]
    [InlineData(0, 0.9, "min-cosine is 0.9 and there are no samples")]
    public void Options_out_of_range_are_errors(int samples, double cosine, string expected)
    {
        WriteDino();
        Assert.Contains(
            expected, Assert.Throws<InputException>(() => Quantize(new() { MinCosine = cosine }, samples: samples)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_side_the_model_lacks_is_an_error()
    {
        WriteDino();
        Assert.Contains(
            "does not embed text", Assert.Throws<InputException>(() => Quantize(new() { Side = EncoderSide.Text })).Message,
            StringComparison.Ordinal);
    }

    private QuantizationReport Quantize(QuantizationOptions options, string? outFolder = null, int samples = 16) => ModelQuantization.Run(
        ModelFolder.Open(Model), options, samples == 0 ? null
            : DemoSamples.Draw(samples, new RandomStreams(0)), outFolder, cancellation: TestContext.Current.CancellationToken);

    private static void TestModelsOrSkip()
    {
        try
        {
            _ = ModelFolder.Catalogue();
        }
        catch (InputException)
        {
            Assert.Skip("data/models not present");
        }
    }

    /// <summary>
    /// Four tokens of twelve pixels, through one or two linear layers. With an outlier, one of the values between them is a thousand times the
    /// others and meets a weight as much smaller: exact in float, lost in one byte for all.
    /// </summary>
    private void WriteDino(bool withOutlier = false, float[]? first = null)
    {
        TinyModels.WriteDino(Model);
        var graph = new OnnxGraph("dino");
        var tokens = graph.Node("Reshape", [graph.Input("pixel_values", OnnxElement.Float, "batch", 3, 4, 4), graph.Integers(0, 4, 12)]);
        var y = graph.Node("MatMul", [tokens, graph.Weight("w", first ?? OnnxFiles.Random(1, 144), 12, 12)]);
        if (withOutlier)
        {
            var weights = OnnxFiles.Random(2, 144);
            weights.AsSpan(0, 12).Clear();
            y = graph.Node("Add", [y, graph.Weight("outlier", [1000, .. new float[11]], 12)]);
            y = graph.Node("MatMul", [y, graph.Weight("v", weights, 12, 12)]);
        }

        graph.Output("last_hidden_state", y, OnnxElement.Float, "batch", 4, 12);
        File.Move(OnnxFiles.Save(_folder, graph, m =>
        {
            var names = new Queue<string>(["before_outlier", "behind_outlier"]);
            foreach (var node in m.Graph.Node.Where(n => n.OpType == "MatMul"))
            {
                node.Name = names.Dequeue();
            }
        }), Path.Combine(Model, "model.onnx"), overwrite: true);
    }
}
