using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Experiments;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public class LeakIntervalsTests
{
    private const int Rows = 60;

    /// <summary>Rows in pairs of one group; some are predicted wrong.</summary>
    private static LeakRun Run(int firstRow, int groups, Func<int, bool> wrong)
    {
        int[] rows = [.. Enumerable.Range(firstRow, Rows)];
        int[] truth = [.. rows.Select(r => r % 2)];
        var predictions = new Predictions(
            TaskKind.Binary, ["a", "b"], [.. rows.Select(r => $"image{r}")], truth, [.. rows.Select((r, i) => wrong(r) ? 1 - truth[i] : truth[i])])
        {
            Groups = [.. rows.Select(r => $"g{r / 2 % groups}")],
        };
        var f1 = Metrics.Compute(predictions).MacroF1;
        return new([new()
        {
            Dataset = "d",
            Encoder = "e",
            Protocol = "published",
            Fusion = "early",
            Hidden = "8",
            Aligner = "gap-shift",
            ShiftAt = "train+test",
            Lambda = 0,
            Sigma = 0,
            Seed = 0,
            Fold = 0,
            Split = Split.Test,
            Epoch = 1,
            EpochsRun = 1,
            Accuracy = f1,
            MacroF1 = f1,
            WeightedF1 = f1,
            Auc = null,
            GapBefore = 0,
            GapAfter = 0,
        }], [predictions], 10);
    }

    private static IReadOnlyList<(BootstrapInterval? Score, BootstrapInterval? Change)> Intervals(Func<LeakStep, LeakRun> run) =>
        LeakIntervals.Of([.. LeakStep.All.Select(run)], new RandomStreams(0).Create("test"));

    [Fact]
    public void Steps_that_predict_the_same_differ_by_exactly_nothing_and_each_score_lies_in_its_interval()
    {
        var run = Run(0, Rows, r => r % 7 == 0);
        var intervals = Intervals(_ => run);
        Assert.All(intervals, i => Assert.InRange(run.MacroF1, i.Score!.Low, i.Score.High));
        Assert.Null(intervals[0].Change);
        Assert.All(intervals.Skip(1), i => Assert.Equal((0, 0), (i.Change!.Low, i.Change.High)));
    }

    [Fact]
    public void A_step_that_predicts_many_rows_worse_has_a_change_below_zero()
    {
        var (good, bad) = (Run(0, Rows, r => r % 15 == 0), Run(0, Rows, r => r % 3 == 0));
        var intervals = Intervals(step => step.Open.HasFlag(Leaks.Text) ? good : bad);
        var text = LeakStep.All.ToList().FindIndex(s => s.Kind == LeakStepKind.Cumulative && !s.Open.HasFlag(Leaks.Text));
        Assert.True(intervals[text].Change!.High < 0);
        Assert.Equal((0, 0), (intervals[text + 1].Change!.Low, intervals[text + 1].Change!.High));
    }

    [Fact]
    public void Other_test_rows_of_the_same_groups_are_compared_too_and_few_groups_get_no_interval()
    {
        var (many, few) = (Run(0, Rows, r => r % 7 == 0), Run(Rows, PairedComparison.FewestUnits - 1, r => r % 5 == 0));
        var other = Run(Rows, Rows, r => r % 5 == 0);
        var split = LeakStep.All.ToList().FindIndex(s => s.Kind == LeakStepKind.Cumulative && !s.Open.HasFlag(Leaks.Split));
        var compared = Intervals(step => step.Open.HasFlag(Leaks.Split) ? many : other)[split];
        Assert.NotNull(compared.Score);
        Assert.True(compared.Change!.Low < compared.Change.High);
        var unknown = Intervals(step => step.Open.HasFlag(Leaks.Split) ? many : few)[split];
        Assert.Equal((null, null), unknown);
    }
}
