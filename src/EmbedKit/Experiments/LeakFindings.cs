using EmbedKit.Evaluation;

namespace EmbedKit.Experiments;

/// <summary>A ladder of leaks in words.</summary>
public static class LeakFindings
{
    /// <summary>A change with its interval, e.g. <c>−9.1 points (−12.0 to −6.3)</c>.</summary>
    /// <param name="result">A step that is compared with another.</param>
    public static string Change(LeakResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ScoreText.Points(result.Change) + (result.ChangeInterval is { } i ? $" ({ScoreText.Signed(i.Low)} to {ScoreText.Signed(i.High)})" : "");
    }

    /// <summary>A score with its interval, e.g. <c>0.847 (0.790–0.891)</c>.</summary>
    /// <param name="result">A step.</param>
    public static string Score(LeakResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ScoreText.Score(result.MacroF1) + (result.Interval is { } i ? $" ({ScoreText.Score(i.Low)}–{ScoreText.Score(i.High)})" : "");
    }

    /// <summary>What the published protocol reads, what is left without leaks, and which step is the largest fall; a fall counts as one when its interval leaves out 0.</summary>
    /// <param name="ladder">One task, encoder pair and fusion.</param>
    public static string Summary(IReadOnlyList<LeakResult> ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        LeakResult[] steps = [.. ladder.Where(r => r.Step.Kind != LeakStepKind.Alone)];
        var (published, clean) = (steps[0], steps[^1]);
        LeakResult[] told = [.. steps.Where(s => s.Change < 0 && s.ChangeInterval is { ExcludesZero: true }).OrderBy(s => s.Change)];
        var text = $"the published protocol reads {Score(published)}; without leaks {Score(clean)}.";
        if (clean.Interval is null)
        {
            text += $" The grouped test rows belong to {clean.TestGroups} groups, too few (below {PairedComparison.FewestUnits}) for an interval.";
        }

        if (told.Length == 0)
        {
            return text + " No single step is a fall that these test rows can tell from chance.";
        }

        var largest = told[0];
        var alone = ladder.FirstOrDefault(r => r.Step.Kind == LeakStepKind.Alone && r.Step.Name == largest.Step.Name);
        return text + $" The largest single step is “{largest.Step.Name}”: {Change(largest)}{(alone is null ? "" : $"; alone, from the published protocol, {Change(alone)}")}."
            + (told.Length > 1 ? $" Also told from chance: {string.Join("; ", told.Skip(1).Select(s => $"“{s.Step.Name}” {Change(s)}"))}." : "");
    }
}
