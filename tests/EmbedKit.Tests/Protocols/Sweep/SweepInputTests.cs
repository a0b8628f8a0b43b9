using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Protocols.Sweep;

/// <summary>Options and rows that do not allow a sweep.</summary>
public sealed class SweepInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<SweepOptions, string> BadOptions => new()
    {
        { SweepTests.Small with { Lambdas = [] }, "lambda" },
        { SweepTests.Small with { Lambdas = [0, 0] }, "none twice" },
        { SweepTests.Small with { Sigmas = [-1] }, "sigma" },
        { SweepTests.Small with { Seeds = 0 }, "seeds 0" },
        { SweepTests.Small with { Fusions = [] }, "fusion" },
        { SweepTests.Small with { Labels = ["label_clas"] }, "did you mean label_class" },
        { SweepTests.Small with { Lambdas = [0, double.NaN] }, "lambda" },
        { SweepTests.Small with { Sigmas = [double.PositiveInfinity] }, "sigma" },
        { SweepTests.Small with { Aligners = [] }, "aligner" },
        { SweepTests.Small with { Aligners = ["gap-shift", "coral", "coral"] }, "none twice" },
        { SweepTests.Small with { Aligners = ["gap"] }, "gap-shift, learned-lambda" },
        { SweepTests.Small with { Aligners = ["c3"] }, "expected 'center' with --sigma" },
        { SweepTests.Small with { Aligners = ["gap-shift", "center"], ShiftAt = ShiftAt.Test }, "'center' has no λ" },
        { SweepTests.Small with { Hidden = [] }, "hidden" },
        { SweepTests.Small with { Hidden = [[64], [64]] }, "none twice" },
        { SweepTests.Small with { Hidden = [[64, 0]] }, "hidden" },
        { SweepTests.Small with { Folds = 1 }, "at least 2 folds" },
        { SweepTests.Small with { Folds = 500 }, "500 folds of 120 groups" },
        { SweepTests.Small with { Repeats = 2 }, "only with folds" },
        { SweepTests.Small with { InnerFolds = 1 }, "at least 2 folds" },
        { SweepTests.Small with { InnerFolds = 2, Protocol = Protocol.Published }, "leak-free" },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void Bad_options_are_named(SweepOptions options, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Run(SyntheticEmbeddings.Make(), options)).Message, StringComparison.Ordinal);

    public static TheoryData<Func<EmbeddingSet, EmbeddingSet>, string> BadRows => new()
    {
        { set => Relabel(set, _ => "only"), "at least two classes" },
        { set => Relabel(set, row => set.Splits![row] == Split.Test && row < 2 ? "novel" : set.Table["label_class"][row]),
            "row 2: label_class is 'novel', unknown from the training rows" },
        { set => Relabel(set, row => row == 9 ? " " : set.Table["label_class"][row]), "label_class is empty" },
        { set => set.Select([0, 6, 8, 10]), "too few training groups" },
        { set => set.Select(set.RowsOf(Split.Train)), "no row has split 'test'" },
        { set => new(set.Table, set.Image, null), "no text embeddings" },
        { set => Zeroed(set, 7), "row7" },
        { set => WithColumn(set, "group_id", row => row is 0 or 6 ? "shared" : set.Groups![row]),
            "1 group (2 rows), e.g. 'shared', on several sides of the split" },
    };

    [Theory]
    [MemberData(nameof(BadRows), DisableDiscoveryEnumeration = true)]
    public void Rows_that_do_not_allow_a_sweep_are_refused_in_one_line_before_any_file_is_written(
        Func<EmbeddingSet, EmbeddingSet> spoil, string expected)
    {
        var error = Assert.Throws<InputException>(() => Run(spoil(SyntheticEmbeddings.Make()), SweepTests.Small));

        Assert.Contains(expected, Assert.Single(error.Message.Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Groups_may_lie_on_both_sides_under_published_rules()
    {
        var set = SyntheticEmbeddings.Make();
        var rows = SweepRunner.Run(
            WithColumn(set, "group_id", row => row is 0 or 6 ? "shared" : set.Groups![row]),
            SweepTests.Small with { Protocol = Protocol.Published, Seeds = 1 }, new(0),
            cancellation: TestContext.Current.CancellationToken);

        Assert.NotEmpty(rows);
    }

    private static EmbeddingSet WithColumn(EmbeddingSet set, string column, Func<int, string> cell) =>
        new(set.Table.With(column, [.. Enumerable.Range(0, set.Count).Select(cell)]), set.Image, set.Text);

    private static EmbeddingSet Relabel(EmbeddingSet set, Func<int, string> cell) => WithColumn(set, "label_class", cell);

    private static EmbeddingSet Zeroed(EmbeddingSet set, int zero) =>
        set.With(EmbeddingMatrix.Make(set.Count, set.RequireImage().Dimension, (row, target) =>
    {
        if (row != zero)
        {
            set.RequireImage().CopyRow(row, target);
        }
    }), set.Text);

    private void Run(EmbeddingSet set, SweepOptions options) =>
        SweepFile.Run(Path.Combine(_folder, "sweep.csv"), set, options, new(0), cancellation: TestContext.Current.CancellationToken);
}
