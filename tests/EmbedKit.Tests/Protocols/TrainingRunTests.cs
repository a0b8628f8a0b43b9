using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Protocols;

public sealed class TrainingRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("run-").FullName;

    private string this[string file] => Path.Combine(_folder, file);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_leaves_model_predictions_metrics_and_history_and_the_same_run_the_same_bytes()
    {
        var set = SyntheticEmbeddings.Make();
        string[] expected =
            [.. ((string[])["history.csv", "metrics.json", "model.json", "model.safetensors", "predictions.csv"]).Select(f => this[f])];

        Assert.Equal(expected, Train(set, new()).Order());
        var first = expected.Select(File.ReadAllBytes).ToArray();
        Train(set, new());

        Assert.Equal(first, expected.Select(File.ReadAllBytes));
        Assert.Equal(3, TextTable.Read(this["history.csv"]).RowCount);
        var measured = Metrics.Compute(PredictionFile.Read(this["predictions.csv"])).MacroF1;
        Assert.Equal(set.Select(set.RowsOf(Split.Test)).Groups, PredictionFile.Read(this["predictions.csv"]).Groups);
        using var metrics = JsonDocument.Parse(File.ReadAllText(this["metrics.json"]));
        Assert.Equal(measured, metrics.RootElement.GetProperty("test").GetProperty("macro_f1").GetDouble(), 1e-12);
        Assert.True(metrics.RootElement.TryGetProperty("val", out _));
        using var model = FusionModelFile.Read(_folder);
        Assert.Equal(measured, Metrics.Compute(model.Predict(set.Select(set.RowsOf(Split.Test)))).MacroF1, 1e-12);
    }

    [Fact]
    public void A_folder_of_a_different_run_is_refused()
    {
        Train(SyntheticEmbeddings.Make(), new());

        var error = Assert.Throws<InputException>(() => Train(SyntheticEmbeddings.Make(), new() { Lambda = 0.5 }));
        Assert.Contains("lambda was 'none' and is now '0.5'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_label_leaves_no_folder_behind()
    {
        var folder = this["new"];

        Assert.Throws<InputException>(() => TrainingRun.Run(
            folder, SyntheticEmbeddings.Make(), ["label_x"], new(), new(0), null, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_folder_with_something_else_in_it_is_refused_untouched()
    {
        File.WriteAllText(this["thesis.md"], "mine");

        Assert.Contains(
            "holds files", Assert.Throws<InputException>(() => Train(SyntheticEmbeddings.Make(), new())).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder));
    }

    private IReadOnlyList<string> Train(EmbeddingSet set, ProtocolOptions options)
    {
        var (result, files) = TrainingRun.Run(
            _folder, set, ["label_class"], options with { Trainer = new() { Epochs = 3 } }, new(0), null, TestContext.Current.CancellationToken);
        result.Dispose();
        return files;
    }
}
