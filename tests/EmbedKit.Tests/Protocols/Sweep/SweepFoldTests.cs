using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Protocols.Sweep;

public sealed class SweepFoldTests : IDisposable
{
    private static readonly SweepOptions Small = new()
    {
        Labels = ["label_class"],
        Lambdas = [0, 1],
        Seeds = 1,
        Fusions = [FusionKind.Early],
        Trainer = new() { Epochs = 2 },
        Folds = 3,
        Threads = 2,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-").FullName;

    private string Csv => Path.Combine(_folder, "sweep.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_row_is_tested_once_a_repeat_and_no_group_is_on_two_sides()
    {
        var set = SyntheticEmbeddings.Make();
        var folds = SweepFold.Of(set, Small with { Repeats = 2, InnerFolds = 4 }, new(0));

        Assert.Equal(Enumerable.Range(0, 6), folds.Select(f => f.Number));
        Assert.All(folds.Chunk(3), repeat => Assert.Equal(set.Ids.Order(), repeat.SelectMany(f => Tested(f.Data).Ids).Order()));
        Assert.NotEqual(Tested(folds[0].Data).Ids, Tested(folds[3].Data).Ids);
        Assert.All(folds, f => Assert.Equal(set.Ids.Except(Tested(f.Data).Ids).Order(), f.Inner.SelectMany(i => Tested(i).Ids).Order()));
        Assert.All(folds.SelectMany(f => f.Inner.Prepend(f.Data)), data =>
        {
            var sides = ((EmbeddingSet[])[data.Training.Rows, data.Selection, Tested(data)]).Select(s => s.Groups!.Distinct().ToArray()).ToArray();
            Assert.Equal(sides.Sum(s => s.Length), sides.SelectMany(s => s).Distinct().Count());
            Assert.All(sides, s => Assert.NotEmpty(s));
        });
    }

    [Fact]
    public void Published_rules_part_by_row()
    {
        var folds = SweepFold.Of(SyntheticEmbeddings.Make(), Small with { Protocol = Protocol.Published }, new(0));

        Assert.Contains(folds, f => f.Data.Training.Rows.Groups!.Intersect(Tested(f.Data).Groups!).Any());
    }

    [Fact]
    public void Rows_tested_in_a_fold_change_nothing_that_is_learned_or_chosen_there()
    {
        var set = SyntheticEmbeddings.Make(signal: 0.4);
        var options = Small with { InnerFolds = 2 };
        var tested = Tested(SweepFold.Of(set, options, new(0))[1].Data).Ids.ToHashSet();
        var changed = set.With(EmbeddingMatrix.Make(set.Count, 12, (row, target) =>
        {
            set.RequireImage().CopyRow(row, target);
            if (tested.Contains(set.Ids[row]))
            {
                target.Reverse();
            }
        }), set.Text);

        var (before, after) = (Run(set, options), Run(changed, options));

        SweepRow[] Chosen(IReadOnlyList<SweepRow> rows) => [.. rows.Where(r => r is { Fold: 1, Split: Split.Validation })];
        Assert.Equal(Chosen(before), Chosen(after));
        Assert.Equal(before.Where(r => r is { Fold: 1 }).Select(r => r.Epoch), after.Where(r => r is { Fold: 1 }).Select(r => r.Epoch));
        Assert.NotEqual(before, after);
        Assert.Equal(3, before.Where(r => r is { Lambda: 1, Split: Split.Test }).Select(r => r.GapAfter).Distinct().Count());
    }

    [Fact]
    public void With_inner_folds_val_rows_pool_every_row_that_is_not_tested()
    {
        var set = SyntheticEmbeddings.Make(signal: 0.4, validation: true);
        var options = Small with { Folds = null, InnerFolds = 3, Aligners = ["gap-shift", "center"] };
        SweepFile.Run(Csv, set, options, new(0), cancellation: TestContext.Current.CancellationToken);
        var kept = SweepPredictions.Read(SweepPredictions.PathFor(Csv));
        var table = TextTable.Read(Csv);
        var plain = Run(set, options with { InnerFolds = null });

        Assert.Equal(["val", "test", "val", "test", "val", "test"], table["split"]);
        foreach (var ((model, split), row) in kept.All.Select((m, i) => (m, i)))
        {
            var predictions = kept.Of(model, split);
            Assert.Equal(
                split == Split.Test ? set.RowsOf(Split.Test).Length : set.Count - set.RowsOf(Split.Test).Length, predictions.Ids.Distinct().Count());
            Assert.Equal(table.Number("f1_macro", row), Metrics.Compute(predictions).MacroF1);
            Assert.InRange(table.Number("auc_ovr", row), 0, 1);
        }

        Assert.Equal(
            plain.Where(r => r.Split == Split.Test).Select(r => r.MacroF1),
            Enumerable.Range(0, table.RowCount).Where(r => table["split"][r] == "test").Select(r => (double)table.Number("f1_macro", r)));
    }

    [Fact]
    public void A_killed_sweep_over_folds_aligners_and_widths_ends_in_the_same_bytes_on_any_number_of_threads()
    {
        var set = SyntheticEmbeddings.Make(signal: 0.4);
        var options = Small with { InnerFolds = 2, Repeats = 2, Aligners = ["gap-shift", "center"], Hidden = [[32], [16, 16]], Sigmas = [0, 0.1] };
        Run(Csv, options with { Threads = 1 });
        var (csv, parquet) = (File.ReadAllBytes(Csv), File.ReadAllBytes(SweepPredictions.PathFor(Csv)));
        var other = Path.Combine(_folder, "other.csv");
        using var interrupt = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => SweepFile.Run(other, set, options, new(0), new StopsAt(20, interrupt), interrupt.Token));
        Assert.InRange(File.ReadLines(other + ".journal").Count(), 2, 60);
        Run(other, options);

        Assert.Equal(csv, File.ReadAllBytes(other));
        Assert.Equal(parquet, File.ReadAllBytes(SweepPredictions.PathFor(other)));

        void Run(string path, SweepOptions of) => SweepFile.Run(path, set, of, new(0), cancellation: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_class_of_one_group_is_refused_with_the_fold()
    {
        var set = SyntheticEmbeddings.Make(rows: 60);
        var labels = (string[])set.Table["label_class"].Clone();
        (labels[0], labels[1]) = ("rare", "rare");
        set = new(set.Table.With("label_class", labels), set.Image, set.Text);

        var error = Assert.Throws<InputException>(() => Run(set, Small));
        Assert.Matches("^fold [0-2]: .*'rare'.*fewer folds", error.Message);
    }

    private static EmbeddingSet Tested(ProtocolData data) => data.Evaluated.Single(e => e.Split == Split.Test).Rows;

    private static IReadOnlyList<SweepRow> Run(EmbeddingSet set, SweepOptions options) =>
        SweepRunner.Run(set, options, new(0), cancellation: TestContext.Current.CancellationToken);

    private sealed class StopsAt(long models, CancellationTokenSource interrupt) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.Done >= models)
            {
                interrupt.Cancel();
            }
        }
    }
}
