using EmbedKit.Benchmarking;
using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Embedding;
using EmbedKit.Tests.Embedding.Extraction;

namespace EmbedKit.Tests.Benchmarking;

public sealed class WayRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MiniDataset _data;
    private readonly string _embeddings;

    public WayRunTests()
    {
        _data = new(_folder.Path);
        _embeddings = _folder["embeddings.parquet"];
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("clip", null, FusionKind.Early, 1)]
    [InlineData("dino", "llama", FusionKind.Late, 3)]
    [InlineData("dino", null, FusionKind.Image, 2)]
    public void Live_and_cached_train_the_same_head(string model, string? textModel, FusionKind fusion, int threads)
    {
        Extract(model, textModel);
        var options = Options(model, textModel) with { Fusion = fusion, Threads = threads };
        var (cached, live) = (Measure(options), Measure(options with { Way = TrainingWay.Live }));
        Assert.Equal((6, 4), (cached.Rows, cached.TestRows));
        Assert.Equal(
            (cached.Rows, cached.TestRows, cached.ParametersTrained, cached.MacroF1),
            (live.Rows, live.TestRows, live.ParametersTrained, live.MacroF1));
        Assert.Equal(cached.ParametersTrained, cached.ParametersHeld);
        Assert.True(model != "clip" || live.ParametersHeld > live.ParametersTrained);
    }

    [Fact]
    public void An_epoch_is_the_median_of_all_but_the_first()
    {
        Extract("clip", null);

        // Asked once before training, once an epoch, and twice around the prediction: 9 s warm up, then 1, 5 and 2 s.
        var clock = new StepTime(0, 9, 10, 15, 17, 20, 23);
        var measured = Measure(Options("clip", null) with { Epochs = 4 }, clock);
        Assert.Equal((2.0, 3.0), (measured.TrainSeconds, measured.InferSeconds));
    }

    [Fact]
    public void Disk_is_what_has_to_be_kept_to_train_again()
    {
        Extract("clip", null);
        var (cached, live) = (Measure(Options("clip", null)), Measure(Options("clip", null) with { Way = TrainingWay.Live }));
        var images = Enumerable.Range(0, MiniDataset.Rows).Sum(row => new FileInfo(_data.ImageOf(row)).Length);
        Assert.Equal(new FileInfo(_embeddings).Length / 1048576.0, cached.DiskMiB);
        Assert.Equal((images + new FileInfo(_data.Labels).Length) / 1048576.0, live.DiskMiB);
    }

    [Fact]
    public void Fewer_rows_are_the_same_for_both_ways_and_hold_each_class()
    {
        Extract("clip", null);
        var options = Options("clip", null) with { Rows = 2 };
        Assert.Equal(Measure(options).MacroF1, Measure(options with { Way = TrainingWay.Live }).MacroF1);
        Assert.Contains("rows is 9; expected at most 6 training rows", Refused(options with { Rows = 9 }), StringComparison.Ordinal);
        _data.Write(t => t.With("label_x", [.. Enumerable.Range(0, MiniDataset.Rows).Select(i => $"c{i % 3}")]));
        Extract("clip", null);
        Assert.Contains("expected at least 3, one of each class of 'label_x'", Refused(options), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_extraction_skipped_is_in_neither_way_and_one_that_is_gone_since_is_named()
    {
        File.WriteAllText(_data.ImageOf(4), "broken");
        Extract("clip", null);
        var options = Options("clip", null);
        Assert.Equal((5, 5), (Measure(options).Rows, Measure(options with { Way = TrainingWay.Live }).Rows));
        File.Delete(_data.ImageOf(5));
        Assert.Contains("('i5'): no such image", Refused(options with { Way = TrainingWay.Live }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null, "epochs is 1; expected at least 2")]
    [InlineData(2, 1, "rows is 1; expected at least 2")]
    public void Options_out_of_range_are_refused(int epochs, int? rows, string expected) => Assert.Contains(
        expected, Refused(Options("clip", null) with { Epochs = epochs, Rows = rows }), StringComparison.Ordinal);

    private string Model(string name)
    {
        var folder = _folder[name];
        _ = Directory.Exists(folder) ? folder
            : name == "clip" ? TinyModels.WriteClip(folder)
            : name == "dino" ? TinyModels.WriteDino(folder)
            : TinyModels.WriteLlama(folder);
        return folder;
    }

    private static WayMeasurement Measure(WayOptions options, TimeProvider? clock = null) =>
        WayRun.Measure(options, new RandomStreams(3), clock, TestContext.Current.CancellationToken);

    private static string Refused(WayOptions options) => Assert.Throws<InputException>(() => Measure(options)).Message;

    private WayOptions Options(string model, string? textModel) => new()
    {
        Way = TrainingWay.Cached,
        Embeddings = _embeddings,
        Labels = _data.Labels,
        Images = _data.Images,
        ImageModel = Model(model),
        TextModel = textModel is null ? null : Model(textModel),
        Label = "label_x",
        Epochs = 3,
    };

    private void Extract(string model, string? textModel)
    {
        using var image = new OnnxImageEncoder(ModelFolder.Open(Model(model)));
        using var text = model == "clip" || textModel is not null ? new OnnxTextEncoder(ModelFolder.Open(Model(textModel ?? model))) : null;
        var set = new ExtractionJob(image, text).Run(_data.Labels, _data.Images).Embeddings;
        EmbeddingFile.Write(_embeddings, set);
        set.Table.Write(_data.Labels);
    }

    /// <summary>A clock that is asked a known number of times.</summary>
    private sealed class StepTime(params int[] seconds) : TimeProvider
    {
        private int _asked;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => seconds[_asked++];
    }
}
