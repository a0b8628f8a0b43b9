using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Protocols;

public sealed class TrainingRunRowsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("training-run-").FullName;

    public static TheoryData<Func<EmbeddingSet, EmbeddingSet>, string> BadRows => new()
    {
        { set => Relabel(set, _ => "only"), "at least two classes" },
        { set => Relabel(set, row => row == 0 ? "novel" : set.Table["label_class"][row]),
            "row 2: label_class is 'novel', unknown from the training rows" },
        { set => Relabel(set, row => row == 9 ? " " : set.Table["label_class"][row]), "label_class is empty" },
        { set => set.Select([0, 6, 8, 10]), "too few training groups" },
        { set => set.Select(set.RowsOf(Split.Train)), "no row has split 'test'" },
        { set => set.Select(set.RowsOf(Split.Test)), "no row has split 'train'" },
        { set => set.With(set.Image, null), "no text embeddings" },
        { set => Zeroed(set, 7), "image embedding of row 'row7' is all zeros" },
        { set => Zeroed(set, 0), "image embedding of row 'row0' is all zeros" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(BadRows), DisableDiscoveryEnumeration = true)]
    public void Rows_that_do_not_allow_a_run_are_refused_in_one_line_and_leave_the_folder_free(
        Func<EmbeddingSet, EmbeddingSet> spoil, string expected)
    {
        var set = SyntheticEmbeddings.Make();
        var error = Assert.Throws<InputException>(() => Run(spoil(set)));

        Assert.Contains(expected, Assert.Single(error.Message.Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.Contains(Path.Combine(_folder, "metrics.json"), Run(set));
    }

    [Fact]
    public void Every_class_with_one_training_row_trains()
    {
        var set = SyntheticEmbeddings.Make(rows: 24, classes: 3, validation: true);
        var one = set.RowsOf(Split.Train).GroupBy(r => set.Table["label_class"][r]).Select(c => c.First());

        Assert.NotEmpty(Run(set.Select([.. one, .. set.RowsOf(Split.Validation), .. set.RowsOf(Split.Test)])));
    }

    [Fact]
    public void A_class_without_test_rows_is_named_in_the_metrics()
    {
        var set = SyntheticEmbeddings.Make();
        Run(set.Select([.. Enumerable.Range(0, set.Count).Where(r => set.Splits![r] != Split.Test || set.Table["label_class"][r] != "c2")]));
        var metrics = File.ReadAllText(Path.Combine(_folder, "metrics.json"));

        Assert.Contains("a class needs rows with and without it: c2 (0 of 32 rows)", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", metrics, StringComparison.Ordinal);
    }

    private static EmbeddingSet Relabel(EmbeddingSet set, Func<int, string> cell) =>
        new(set.Table.With("label_class", [.. Enumerable.Range(0, set.Count).Select(cell)]), set.Image, set.Text);

    private static EmbeddingSet Zeroed(EmbeddingSet set, int zero) =>
        set.With(EmbeddingMatrix.Make(set.Count, set.RequireImage().Dimension, (row, target) =>
    {
        if (row != zero)
        {
            set.RequireImage().CopyRow(row, target);
        }
    }), set.Text);

    private IReadOnlyList<string> Run(EmbeddingSet set)
    {
        var (result, files) = TrainingRun.Run(
            _folder, set, ["label_class"], new() { Trainer = new() { Epochs = 2 } }, new RandomStreams(0),
            cancellation: TestContext.Current.CancellationToken);
        result.Dispose();
        return files;
    }
}
