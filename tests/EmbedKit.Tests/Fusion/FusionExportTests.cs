using System.Text.Json;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Fusion;

/// <summary>Every shape of model through ONNX Runtime; <see cref="FusionOnnxFile.Write"/> compares with TorchSharp.</summary>
public sealed class FusionExportTests : IDisposable
{
    private static readonly PythonPeer Onnx = new("onnx", "apt-get install python3-onnx");
    private readonly string _folder = Directory.CreateTempSubdirectory("fusion-onnx-").FullName;

    private string File => Path.Combine(_folder, FusionOnnxFile.Name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(FusionKind.Early, null, "label_class", null)]
    [InlineData(FusionKind.Early, null, "label_class", 0.4)]
    [InlineData(FusionKind.Early, "16,8", "label_a", -1.0)]
    [InlineData(FusionKind.Early, "", "label_class", 0.4)]
    [InlineData(FusionKind.Late, null, "label_a", 0.4)]
    [InlineData(FusionKind.Late, null, "label_a,label_b", null)]
    [InlineData(FusionKind.Image, null, "label_a,label_b", 0.5)]
    [InlineData(FusionKind.Text, "", "label_a", null)]
    public void The_graph_gives_TorchSharps_outputs_and_the_checker_agrees(FusionKind kind, string? hidden, string labels, double? lambda)
    {
        var set = Narrowed(SyntheticEmbeddings.Make(validation: true), 7);
        using var trained = Train(set, kind, hidden?.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray(), labels, lambda);
        using var calibrated = trained.Calibrated(set.Select(set.RowsOf(Split.Validation)));

        Assert.NotEqual(1, calibrated.Temperature);
        Assert.InRange(FusionOnnxFile.Write(File, calibrated, set), 0, 1e-5);
        var model = ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(File));
        Assert.Equal(trained.Encoding.Classes, JsonSerializer.Deserialize<string[]>(model.MetadataProps.Single(m => m.Key == "classes").Value));
        Assert.Equal(
            kind switch { FusionKind.Image => ["image"], FusionKind.Text => ["text"], _ => ["text", "image"] },
            model.Graph.Input.Select(i => i.Name));
        Onnx.Run(Path.Combine(AppContext.BaseDirectory, "Golden", "onnx", "check_model.py"), [File], null);
    }

    [Fact]
    public void A_graph_that_gives_other_outputs_is_not_written()
    {
        var set = SyntheticEmbeddings.Make();
        using var trained = Train(set, FusionKind.Early, [], "label_class", 0.5);

        // Embeddings so long that their squares overflow float32, which the graph normalises in.
        var far = set.With(Scaled(set.Image!, 1e30f), Scaled(set.Text!, 1e30f));
        var error = Assert.Throws<InputException>(() => FusionOnnxFile.Write(File, trained, far));

        Assert.Contains("nothing was written", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Noise_at_inference_is_refused()
    {
        using var trained = Train(SyntheticEmbeddings.Make(), FusionKind.Early, null, "label_class", null);
        using var noisy = trained with { Noise = new(0.1, new(1)) };

        Assert.Contains("noise", Assert.Throws<InputException>(noisy.ToOnnx).Message, StringComparison.Ordinal);
    }

    private static EmbeddingSet Narrowed(EmbeddingSet set, int text) =>
        set.With(set.Image, new(set.Count, text, [.. Enumerable.Range(0, set.Count).SelectMany(i => set.Text!.Row(i)[..text].ToArray())]));

    private static EmbeddingMatrix Scaled(EmbeddingMatrix matrix, float by) =>
        new(matrix.Rows, matrix.Dimension, [.. matrix.Values.Select(v => v * by)]);

    private static TrainedModel Train(EmbeddingSet set, FusionKind kind, int[]? hidden, string labels, double? lambda)
    {
        var training = TrainingSet.From(set);
        return Trainer.Train(
            training, null, LabelEncoding.Fit(labels.Split(','), training.Rows.Table), new() { Kind = kind, Hidden = hidden }, new() { Epochs = 4 },
            new(0),
            lambda is { } l ? new GapShift(new() { Lambda = l }).Fit(training) : null, null, TestContext.Current.CancellationToken);
    }
}
