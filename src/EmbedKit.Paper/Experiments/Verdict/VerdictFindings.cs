using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What verdicts say, and what luck would, in sentences made from them.</summary>
public static class VerdictFindings
{
    /// <summary>How many comparisons are better, worse, not shown to differ, or rest on too few groups, and what alignment changes on
    /// average.</summary>
    /// <param name="verdicts">Chosen in one way throughout.</param>
    public static string Summary(IReadOnlyList<AlignmentVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        return verdicts.Count == 0 ? VerdictCounts.Of(verdicts).InWords()
            : $"λ chosen on validation rows, tested against λ = 0: macro-F1 changes by {Tally.Spread(verdicts.Select(v => v.Test.Difference))}. "
                + $"{VerdictCounts.Of(verdicts).InWords()} "
                + "Not shown is not the same as no effect: the intervals say how large an effect would have been missed.";
    }

    /// <summary>What the correction does: how many intervals leave out 0, and how many of these comparisons are still told after it.</summary>
    /// <param name="verdicts">Chosen in one way throughout.</param>
    public static string Intervals(IReadOnlyList<AlignmentVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        AlignmentVerdict[] judged = [.. verdicts.Where(v => !v.ChoseNoShift && v.Test.Verdict != Verdict.TooFewGroups)];
        AlignmentVerdict[] crossed = [.. judged.Where(v => v.Test.Interval.ExcludesZeroAsShown(1, 100))];
        var told = crossed.Count(v => v.Test.Verdict is Verdict.FirstBetter or Verdict.SecondBetter);
        var few = Few(verdicts);
        return (judged.Length == 0 ? "There is no comparison with groups enough and a shift to judge."
                : crossed.Length == 0 ? $"Of {NumberText.Count(judged.Length, "comparison")} with groups enough and a shift to judge, no interval "
                    + "leaves out 0."
                : $"Of {NumberText.Count(judged.Length, "comparison")} with groups enough and a shift to judge, {crossed.Length} "
                    + $"{(crossed.Length == 1 ? "has an interval that leaves" : "have intervals that leave")} out 0 "
                    + $"({string.Join("; ", crossed.Select(v => $"{v.Title}: corrected p = {NumberText.P(v.Test.AdjustedP)}"))}); {told} of all "
                    + $"{(told == 1 ? "is" : "are")} told after the correction.")
            + (few.Length == 0 ? "" : $" {few}");
    }

    /// <summary>Which comparisons of a shift rest on fewer groups than can tell anything; blank when none does.</summary>
    /// <param name="verdicts">The comparisons.</param>
    public static string Few(IReadOnlyList<AlignmentVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        AlignmentVerdict[] few = [.. verdicts.Where(v => !v.ChoseNoShift && v.Test.Verdict == Verdict.TooFewGroups)];
        return few.Length == 0 ? ""
            : $"Too few test groups to say anything: {string.Join("; ", few.Select(v => $"{v.Title} ({v.Groups ?? v.Rows})"))}; "
                + $"{PairedComparison.FewestUnits} or more are needed.";
    }

    /// <summary>What the best of many equal runs claims.</summary>
    /// <param name="luck">One a fusion.</param>
    public static string Luck(IReadOnlyList<LuckOfTheBest> luck)
    {
        ArgumentNullException.ThrowIfNull(luck);
        return string.Join(
            " ",
            luck.Select(l =>
                $"{l.Fusion}: the best of {l.Runs} equal models gains {NumberText.Points(l.Expected)} on their mean and "
                    + $"{NumberText.Points(l.Largest)} on the worst."));
    }
}
