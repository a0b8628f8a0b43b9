using EmbedKit.Evaluation;
using EmbedKit.Experiments;

namespace EmbedKit.Tests.Experiments;

public class VerdictFindingsTests
{
    private static AlignmentVerdict Made(
        string title, double change, double low, double high, double corrected, Verdict verdict, double lambda = 0.5) => new()
        {
            Title = title,
            Setting = new("early", "128", "gap-shift", null, 0, 0, 0),
            Selection = LambdaSelection.Validation,
            Lambdas = [lambda],
            Test = new("macro_f1", 0.5 + change, 0.5, new(low, high, 0.95, 1000, IntervalMethod.Bca), corrected / 2, corrected, verdict),
            Rows = 40,
            Groups = verdict == Verdict.TooFewGroups ? 4 : 40,
            Seeds = 2,
            Comparisons = 4,
        };

    private static readonly AlignmentVerdict[] Mixed =
    [
        Made("a", 0.04, 0.01, 0.07, 0.01, Verdict.FirstBetter), Made("b", 0.03, 0.005, 0.06, 0.2, Verdict.NotShown),
        Made("c", -0.01, -0.03, 0.01, 0.9, Verdict.NotShown), Made("d", 0.02, -1, 1, 0.5, Verdict.TooFewGroups),
        Made("e", 0, 0, 0, 1, Verdict.NotShown, lambda: 0),
    ];

    [Fact]
    public void The_summary_counts_each_comparison_once()
    {
        var words = VerdictFindings.Summary(Mixed);
        Assert.StartsWith(
            "λ chosen on validation rows, tested against λ = 0: macro-F1 changes by −1.0 to +4.0 points, +1.6 on average. ", words,
            StringComparison.Ordinal);
        Assert.Contains(
            "Of 5 comparisons (whole groups drawn, corrected for all) 1 is shown to be better than no shift and 0 worse, 2 not shown to differ, "
            + "1 with too few test groups to say anything, 1 that chose no shift.", words, StringComparison.Ordinal);
        Assert.Equal("Nothing was compared with no shift.", VerdictFindings.Summary([]));
    }

    [Fact]
    public void Intervals_that_leave_out_0_stand_beside_their_corrected_p()
    {
        Assert.Equal(
            "Of 3 comparisons with groups enough and a shift to judge, 2 have intervals that leave out 0 (a: corrected p = 0.01; b: corrected p = "
                + "0.20); 1 of all is told after the correction. "
            + "Too few test groups to say anything: d (4); 10 or more are needed.", VerdictFindings.Intervals(Mixed));
        Assert.Equal("Of 1 comparison with groups enough and a shift to judge, no interval leaves out 0.", VerdictFindings.Intervals([Mixed[2]]));
        Assert.Contains(
            "1 has an interval that leaves out 0 (b: corrected p = 0.20); 0 of all are told", VerdictFindings.Intervals([Mixed[1]]),
            StringComparison.Ordinal);
        Assert.Contains(
            "no interval leaves out 0", VerdictFindings.Intervals([Made("touches", 0.006, 0.0002, 0.019, 0.2, Verdict.NotShown)]),
            StringComparison.Ordinal);
        Assert.StartsWith("There is no comparison", VerdictFindings.Intervals([Mixed[3]]), StringComparison.Ordinal);
        Assert.Equal("", VerdictFindings.Few([Mixed[0]]));
        Assert.Equal("", VerdictFindings.Few([Made("f", 0, 0, 0, 1, Verdict.TooFewGroups, lambda: 0)]));
        Assert.Equal(["+1.0 to +7.0", "too few groups", "–"], new[] { Mixed[0], Mixed[3], Mixed[4] }.Select(v => v.Interval));
    }

    [Fact]
    public void Equal_runs_are_put_in_numbers() =>
        Assert.Equal(
            "early: the best of 5 equal models gains +1.0 points on their mean and +3.0 points on the worst.",
            VerdictFindings.Luck([new("early", 5, 0.5, 0.51, 0.48)]));
}
