using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Fusion.Stacked;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Protocols.Sweep;

public sealed class SweepTests : IDisposable
{
    internal static readonly SweepOptions Small = new()
    {
        Labels = ["label_class"],
        Lambdas = [-1, 0, 0.5, 1],
        Sigmas = [0, 0.05],
        Seeds = 2,
        Trainer = new() { Epochs = 3 },
        Threads = 2,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-").FullName;

    private string Csv => Path.Combine(_folder, "sweep.csv");

    private string Journal => Csv + ".journal";

    private string Predictions => Path.Combine(_folder, "sweep.predictions.parquet");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Equal_sweeps_give_equal_bytes_on_any_number_of_threads()
    {
        var set = SyntheticEmbeddings.Make();
        Run(set, Small);
        var (first, predictions) = (File.ReadAllBytes(Csv), File.ReadAllBytes(Predictions));
        File.Delete(Csv);
        File.Delete(Predictions);

        Run(set, Small with { Threads = 1 });

        Assert.Equal(first, File.ReadAllBytes(Csv));
        Assert.Equal(predictions, File.ReadAllBytes(Predictions));
        Assert.False(File.Exists(Journal));
        Assert.True(File.Exists(Path.Combine(_folder, "sweep.timing.json")));
    }

    [Theory]
    [InlineData(FusionKind.Text)]
    [InlineData(FusionKind.Image)]
    public void One_modality_alone_is_swept_without_a_gap_and_gives_what_it_gives_beside_the_other(FusionKind kind)
    {
        var both = SyntheticEmbeddings.Make(signal: 0.3);
        var alone = new EmbeddingSet(both.Table, kind == FusionKind.Image ? both.Image : null, kind == FusionKind.Text ? both.Text : null);
        var options = Small with { Fusions = [kind], Aligners = ["identity"], Sigmas = [0], Seeds = 3 };

        var rows = SweepRunner.Run(alone, options, new RandomStreams(1), cancellation: TestContext.Current.CancellationToken);

        Assert.All(rows, row => Assert.True(double.IsNaN(row.GapBefore) && SweepRow.Columns.Cells(row)[^1].Length == 0 && row.Lambda is null));
        Assert.Equal(
            SweepRunner.Run(both, options, new RandomStreams(1), cancellation: TestContext.Current.CancellationToken).Select(r => r.MacroF1),
            rows.Select(r => r.MacroF1), (a, b) => Math.Abs(a - b) < 0.05);
        Assert.Contains(
            $"expected --fusion {kind.ToString().ToLowerInvariant()}",
            Assert.Throws<InputException>(() =>
                SweepRunner.Run(
                    alone, options with { Fusions = [FusionKind.Early] }, new RandomStreams(1),
                    cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "expected --aligner identity",
            Assert.Throws<InputException>(() =>
                SweepRunner.Run(
                    alone, options with { Aligners = ["gap-shift"] }, new RandomStreams(1),
                    cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Run(alone, options);
        var table = TextTable.Read(Csv);
        Assert.Equal((rows.Count, ""), (table.RowCount, table["gap_after"][0]));
    }

    [Fact]
    public void The_table_has_the_contracts_columns_and_one_row_a_model_and_split_in_a_fixed_order()
    {
        var set = SyntheticEmbeddings.Make();
        Run(new(set.Table, set.Image, set.Text, new Dictionary<string, string> { ["image_model"] = "seer", ["text_model"] = "reader" }), Small);
        var table = TextTable.Read(Csv);

        Assert.Equal(("synthetic", "seer+reader"), (table["dataset"][0], table["encoder"][0]));
        Assert.Equal(
            "dataset,encoder,protocol,fusion,hidden,aligner,shift_at,lambda,sigma,seed,fold,split,epoch,epochs_run,accuracy,f1_macro,f1_weighted,auc_ovr,gap_before,gap_after",
            File.ReadLines(Csv).First());
        Assert.Equal(2 * 2 * 2 * 4 * 2, table.RowCount);
        Assert.Equal(["val", "test", "val", "test"], table["split"].Take(4));
        Assert.Equal(["-1", "-1", "0", "0", "0.5", "0.5", "1", "1"], table["lambda"].Take(8));
        Assert.Equal(["early", "late"], table["fusion"].Distinct());
        Assert.Equal(["128", "64"], table["hidden"].Distinct());
        Assert.DoesNotContain(
            table.Columns.SelectMany(c => c), cell => cell.Contains("NaN", StringComparison.Ordinal) || cell.Contains('∞', StringComparison.Ordinal));
    }

    [Fact]
    public void A_larger_lambda_leaves_a_smaller_gap()
    {
        var rows = SweepRunner.Run(
            SyntheticEmbeddings.Make(), Small with { Sigmas = [0], Seeds = 1 }, new(0), cancellation: TestContext.Current.CancellationToken);

        var test = rows.Where(r => r is { Split: Split.Test, Fusion: "early" }).ToArray();
        Assert.Equal(test.Select(r => r.GapAfter).OrderDescending(), test.Select(r => r.GapAfter));
        Assert.All(test, r => Assert.Equal(test[0].GapBefore, r.GapBefore));
        Assert.Equal(test[1].GapBefore, test[1].GapAfter, 1e-6);
    }

    [Fact]
    public void Every_shift_can_be_swept_and_all_agree_where_nothing_is_shifted()
    {
        var options = Small with { Lambdas = [0, 1], Sigmas = [0], Seeds = 1, Fusions = [FusionKind.Early] };
        var sweeps = Aligners.Shifts.Select(name =>
            SweepRunner.Run(
                SyntheticEmbeddings.Make(), options with { Aligners = [name] }, new(0), cancellation: TestContext.Current.CancellationToken))
                    .ToArray();

        Assert.Contains("no-renormalize", Aligners.Shifts);
        Assert.Equal(Aligners.Shifts, sweeps.Select(rows => rows[0].Aligner));
        Assert.All(
            sweeps,
            rows => Assert.Equal(sweeps[0].Where(r => r.Lambda == 0).Select(r => r.MacroF1), rows.Where(r => r.Lambda == 0).Select(r => r.MacroF1)));
        Assert.Equal(sweeps.Length, sweeps.Select(rows => rows.First(r => r.Lambda == 1).GapAfter).Distinct().Count());
    }

    [Theory]
    [InlineData(FusionKind.Early, 512, new[] { 4, 4, 4, 4, 5 })]
    [InlineData(FusionKind.Late, 64, new[] { 21 })]
    [InlineData(FusionKind.Image, 1_000_000, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void The_grid_is_cut_into_groups_whose_weights_fit_the_cache(FusionKind kind, int width, int[] sizes)
    {
        var groups = StackedTraining.Groups(new() { Kind = kind }, width, new SweepOptions { Labels = ["label_class"] }.Lambdas);

        Assert.Equal(sizes, groups.Select(g => g.Length));
        Assert.Equal(new SweepOptions { Labels = ["label_class"] }.Lambdas, groups.SelectMany(g => g));
    }

    [Fact]
    public void An_interrupted_sweep_goes_on_and_ends_in_the_same_bytes()
    {
        var set = SyntheticEmbeddings.Make();
        Run(set, Small);
        var (whole, predictions) = (File.ReadAllBytes(Csv), File.ReadAllBytes(Predictions));
        File.Delete(Csv);
        File.Delete(Predictions);
        using var interrupt = new CancellationTokenSource();
        var stopAfterTwoParts = new Reports(p => p.Done >= 8, interrupt.Cancel);

        Assert.Throws<OperationCanceledException>(() =>
            SweepFile.Run(Csv, set, Small with { Threads = 1 }, new(0), stopAfterTwoParts, interrupt.Token));
        Assert.False(File.Exists(Csv));
        var finished = File.ReadLines(Journal).Count() - 1;
        Assert.InRange(finished, 2, 7);
        File.AppendAllText(Journal, """{"Name":"Late/sigma=0/seed=1","Rows":[[""");
        Run(set, Small);

        Assert.Equal(whole, File.ReadAllBytes(Csv));
        Assert.Equal(predictions, File.ReadAllBytes(Predictions));
    }

    [Fact]
    public void A_finished_sweep_is_not_run_again_and_a_different_one_is_refused()
    {
        var set = SyntheticEmbeddings.Make();
        var options = Small with { Sigmas = [0], Seeds = 1 };
        Run(set, options);
        var written = File.GetLastWriteTimeUtc(Csv);
        var notes = new List<string?>();

        SweepFile.Run(
            Csv, set, options, new(0), new Reports(p => { notes.Add(p.Note); return false; }, () => { }), TestContext.Current.CancellationToken);

        Assert.Equal(written, File.GetLastWriteTimeUtc(Csv));
        Assert.Contains(notes, n => n?.Contains("finished already", StringComparison.Ordinal) == true);
        Assert.Contains(
            "seeds was '1' and is now '2'", Assert.Throws<InputException>(() => Run(set, options with { Seeds = 2 })).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "data was", Assert.Throws<InputException>(() => Run(SyntheticEmbeddings.Make(seed: 9), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_journal_of_a_different_sweep_is_refused()
    {
        var set = SyntheticEmbeddings.Make();
        using (var journal = new SweepJournal(Journal, new([new("lambda", "0 1")])))
        {
            journal.Add(new("fold=0/gap-shift/Early", [["a", "row"]], [], 1));
        }

        var error = Assert.Throws<InputException>(() => Run(set, Small));
        Assert.Contains("lambda was '0 1' and is now '-1 0 0.5 1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_without_a_finished_part_stands_in_nobodys_way()
    {
        File.WriteAllText(Journal, """{"lambda":"0 1"}""" + "\n");

        Run(SyntheticEmbeddings.Make(), Small with { Seeds = 1, Sigmas = [0] });

        Assert.True(File.Exists(Csv));
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public void Shifting_at_test_time_trains_one_model_for_all_lambdas()
    {
        var rows = SweepRunner.Run(
            SyntheticEmbeddings.Make(), Small with { ShiftAt = ShiftAt.Test, Sigmas = [0], Seeds = 1, Lambdas = [-3, 0, 3] }, new(0),
            cancellation: TestContext.Current.CancellationToken);
        var both = SweepRunner.Run(
            SyntheticEmbeddings.Make(), Small with { Sigmas = [0], Seeds = 1, Lambdas = [0] }, new(0),
            cancellation: TestContext.Current.CancellationToken);

        Assert.Single(rows.Where(r => r.Fusion == "late").Select(r => r.Epoch).Distinct());
        Assert.All(rows, r => Assert.Equal("test", r.ShiftAt));
        Assert.Equal(both.Select(r => r.Accuracy), rows.Where(r => r.Lambda == 0).Select(r => r.Accuracy), (a, b) => Math.Abs(a - b) < 0.05);
        Assert.True(rows.Where(r => r.Split == Split.Test).Select(r => r.MacroF1).Distinct().Count() > 1);
    }

    [Fact]
    public void Lambda_alone_makes_the_difference_when_hidden_layers_are_trained_apart()
    {
        var set = SyntheticEmbeddings.Make();
        var options = Small with { Sigmas = [0], Seeds = 1, Hidden = [[16, 8]], Lambdas = [0, 0.5], Fusions = [FusionKind.Early] };
        var together = SweepRunner.Run(set, options, new(0), cancellation: TestContext.Current.CancellationToken);
        var apart = SweepRunner.Run(set, options with { Lambdas = [0.5] }, new(0), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal("16-8", together[0].Hidden);
        Assert.Equal(together.Where(r => r.Lambda == 0.5), apart);
    }

    [Fact]
    public void A_class_without_test_rows_leaves_only_auc_blank_and_every_other_cell_a_number()
    {
        var set = SyntheticEmbeddings.Make();
        Run(
            set.Select([.. Enumerable.Range(0, set.Count).Where(r => set.Splits![r] != Split.Test || set.Table["label_class"][r] != "c2")]),
            Small with { Aligners = ["gap-shift", "identity"] });
        var table = TextTable.Read(Csv);

        var test = Enumerable.Range(0, table.RowCount).Where(r => table["split"][r] == "test").ToArray();
        Assert.All(test, r => Assert.Equal("", table["auc_ovr"][r]));
        foreach (var column in (string[])["accuracy", "f1_macro", "f1_weighted", "gap_before", "gap_after", "epoch"])
        {
            Assert.All(test, r => Assert.True(double.IsFinite(table.Number(column, r))));
        }

        Assert.DoesNotContain("NaN", File.ReadAllText(Csv), StringComparison.Ordinal);
    }

    private void Run(EmbeddingSet set, SweepOptions options) =>
        SweepFile.Run(Csv, set, options, new(0), cancellation: TestContext.Current.CancellationToken);

    /// <summary>Calls back, in the reporting thread, at the first report that fits.</summary>
    private sealed class Reports(Func<JobProgress, bool> fits, Action then) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (fits(value))
            {
                then();
            }
        }
    }
}
