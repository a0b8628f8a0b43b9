using EmbedKit.Evaluation;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>A ladder of leaks in words.</summary>
public static class LeakFindings
{
    /// <summary>A change with its interval, e.g. <c>−9.1 points (−12.0 to −6.3)</c>.</summary>
    /// <param name="result">A step that is compared with another.</param>
    public static string Change(LeakResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return NumberText.Points(result.Change)
            + (result.ChangeInterval is { } i ? $" ({NumberText.PointsOnly(i.Low)} to {NumberText.PointsOnly(i.High)})" : "");
    }

    /// <summary>A score with its interval, e.g. <c>0.847 (0.790–0.891)</c>.</summary>
    /// <param name="result">A step.</param>
    public static ComparisonNumber Score(LeakResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new(result.MacroF1, ComparisonUnit.Score) { Interval = result.Interval is { } i ? (i.Low, i.High) : null };
    }

    /// <summary>
    /// What the published protocol reads, what is left without leaks, the step that falls most, and every step whose interval leaves out 0.
    /// </summary>
    /// <param name="ladder">One task, encoder pair and fusion.</param>
    public static string Summary(IReadOnlyList<LeakResult> ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        LeakResult[] steps = [.. ladder.Where(r => r.Step.Kind != LeakStepKind.Alone)];
        var (published, clean) = (steps[0], steps[^1]);
        var largest = steps.Skip(1).MinBy(s => s.Change)!;
        var alone = ladder.FirstOrDefault(r => r.Step.Kind == LeakStepKind.Alone && r.Step.Name == largest.Step.Name);
        var told = steps.Where(s => s.ChangeInterval is { } i && i.ExcludesZeroAsShown(1, 100)).Select(s => $"“{s.Step.Name}” {Change(s)}").ToArray();
        return $"the published protocol reads {Score(published)}; without leaks {Score(clean)}."
            + (clean.Interval is null
                ? $" The grouped test rows belong to {NumberText.Count(clean.TestGroups, "group")}, too few (below {PairedComparison.FewestUnits}) "
                    + "for an interval." : "")
            + (largest.Change >= 0 ? " No step falls."
                : $" The step that falls most is “{largest.Step.Name}”: "
                    + $"{Change(largest)}{(alone is null ? "" : $"; alone, from the published protocol, {Change(alone)}")}.")
            + (told.Length == 0 ? " No step's interval leaves out 0." : $" Intervals that leave out 0: {string.Join("; ", told)}.");
    }
}
