using System.Globalization;
using EmbedKit.Evaluation;

namespace EmbedKit.Experiments;

/// <summary>How many comparisons came out how.</summary>
/// <param name="Better">Better than no shift.</param>
/// <param name="Worse">Worse.</param>
/// <param name="NotShown">Not shown to differ.</param>
/// <param name="TooFewGroups">With too few test groups to say.</param>
/// <param name="NoShift">That chose λ = 0.</param>
internal sealed record VerdictCounts(int Better, int Worse, int NotShown, int TooFewGroups, int NoShift)
{
    /// <summary>Counts them.</summary>
    /// <param name="verdicts">Chosen in one way throughout.</param>
    public static VerdictCounts Of(IReadOnlyList<AlignmentVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        int Count(Verdict verdict) => verdicts.Count(v => !v.ChoseNoShift && v.Test.Verdict == verdict);
        return new(
            Count(Verdict.FirstBetter), Count(Verdict.SecondBetter), Count(Verdict.NotShown), Count(Verdict.TooFewGroups),
            verdicts.Count(v => v.ChoseNoShift));
    }

    /// <summary>One sentence.</summary>
    public string InWords()
    {
        var total = Better + Worse + NotShown + TooFewGroups + NoShift;
        (int Count, string Words)[] parts =
            [(NotShown, "not shown to differ"), (TooFewGroups, "with too few test groups to say anything"), (NoShift, "that chose no shift")];
        return total == 0 ? "Nothing was compared with no shift."
            : $"Of {total} comparison{(total == 1 ? "" : "s")} (whole groups drawn, corrected for all) {Better} {(Better == 1 ? "is" : "are")} "
                + $"shown to be better than no shift and {Worse} worse"
            + string.Concat(parts.Where(p => p.Count > 0).Select(p => $", {p.Count} {p.Words}")) + ".";
    }

    internal string[] Cells() => [.. new[] { Better, Worse, NotShown, TooFewGroups, NoShift }.Select(n => n.ToString(CultureInfo.InvariantCulture))];

    internal static VerdictCounts Parse(ReadOnlySpan<string> cells)
    {
        int[] n = [.. cells.ToArray().Select(c => int.Parse(c, CultureInfo.InvariantCulture))];
        return new(n[0], n[1], n[2], n[3], n[4]);
    }
}
