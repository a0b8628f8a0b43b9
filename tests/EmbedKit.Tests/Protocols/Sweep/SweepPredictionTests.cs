using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Protocols.Sweep;

public sealed class SweepPredictionTests : IDisposable
{
    private static readonly SweepOptions Small = new()
    {
        Labels = ["label_class"],
        Lambdas = [0, 1],
        Sigmas = [0, 0.05],
        Seeds = 2,
        Trainer = new() { Epochs = 2 },
        Threads = 2,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-").FullName;

    private string Csv => Path.Combine(_folder, "sweep.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(TaskKind.Multiclass, "label_class")]
    [InlineData(TaskKind.Binary, "label_a")]
    [InlineData(TaskKind.Multilabel, "label_a", "label_b")]
    public void Metrics_computed_from_what_was_kept_are_those_of_the_table(TaskKind task, params string[] labels)
    {
        var set = SyntheticEmbeddings.Make(signal: 0.3);
        Run(set, Small with { Labels = labels });

        var kept = SweepPredictions.Read(SweepPredictions.PathFor(Csv));
        var table = TextTable.Read(Csv);

        Assert.Equal(task, kept.Task);
        Assert.Equal(table.RowCount, kept.All.Count());
        var row = 0;
        foreach (var (model, split) in kept.All)
        {
            var predictions = kept.Of(model, split);
            Assert.Equal((table["fusion"][row], table["split"][row]), (model.Fusion, split.Text()));
            Assert.Equal(
                [table.Number("lambda", row), table.Number("sigma", row), table.Number("seed", row)], [model.Lambda!.Value, model.Sigma, model.Seed]);
            Assert.Equal(table.Number("f1_macro", row), Metrics.Compute(predictions).MacroF1);
            row++;
        }
    }

    [Fact]
    public void Test_rows_keep_their_ids_and_groups_and_models_differ()
    {
        var set = SyntheticEmbeddings.Make(signal: 0.3);
        Run(set, Small);
        var kept = SweepPredictions.Read(SweepPredictions.PathFor(Csv));
        var test = set.Select(set.RowsOf(Split.Test));
        var models = kept.All.Where(m => m.Split == Split.Test).Select(m => kept.Of(m.Model, m.Split)).ToArray();

        Assert.All(models, p => Assert.Equal(test.Ids, p.Ids));
        Assert.All(models, p => Assert.Equal(test.Groups, p.Groups));
        Assert.All(models, p => Assert.Equal(test.Table["label_class"], p.RequireTrue().Select(t => kept.Classes[t])));
        Assert.True(models.Select(p => string.Concat(p.Predicted)).Distinct().Count() > 1);
    }

    [Fact]
    public void A_model_that_was_not_trained_is_named()
    {
        Run(SyntheticEmbeddings.Make(), Small with { Seeds = 1, Sigmas = [0] });
        var kept = SweepPredictions.Read(SweepPredictions.PathFor(Csv));

        var error = Assert.Throws<InputException>(() => kept.Of(kept.All.First().Model with { Lambda = 0.3 }, Split.Test));
        Assert.Contains("Lambda = 0.3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_them_no_file_is_written_and_another_file_is_refused()
    {
        var files = Run(SyntheticEmbeddings.Make(), Small with { Seeds = 1, Sigmas = [0], KeepPredictions = false });
        Assert.DoesNotContain(files, f => f.EndsWith(".parquet", StringComparison.Ordinal));
        Assert.False(File.Exists(SweepPredictions.PathFor(Csv)));

        EmbeddingFile.Write(SweepPredictions.PathFor(Csv), SyntheticEmbeddings.Make());
        Assert.Contains(
            "expected the predictions that sweep wrote",
            Assert.Throws<InputException>(() => SweepPredictions.Read(SweepPredictions.PathFor(Csv))).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Run(EmbeddingSet set, SweepOptions options) =>
        SweepFile.Run(Csv, set, options, new(0), cancellation: TestContext.Current.CancellationToken);
}
