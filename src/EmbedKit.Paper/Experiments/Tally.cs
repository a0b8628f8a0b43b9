using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>How many of some numbers are higher than those they stand beside, counted on the digits that readers see.</summary>
/// <param name="Higher">First above second.</param>
/// <param name="Lower">First below second.</param>
/// <param name="Equal">Both read the same.</param>
/// <param name="Undefined">One of them is no number.</param>
internal sealed record Tally(int Higher, int Lower, int Equal, int Undefined)
{
    /// <summary>Counts.</summary>
    /// <param name="pairs">First and second of each.</param>
    /// <param name="decimals">Digits after the point that are shown. Default 3, as scores are.</param>
    public static Tally Of(IEnumerable<(double First, double Second)> pairs, int decimals = 3)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double[] differences = [.. pairs.Select(p => NumberText.Shown(p.First, decimals) - NumberText.Shown(p.Second, decimals))];
        return new(differences.Count(d => d > 0), differences.Count(d => d < 0), differences.Count(d => d == 0), differences.Count(double.IsNaN));
    }

    /// <summary>All of them.</summary>
    public int Count => Higher + Lower + Equal + Undefined;

    /// <summary>E.g. <c>higher in 1 of 4 rows, lower in 3</c>, <c>equal in all 4 rows</c>, <c>lower in the only row</c>.</summary>
    /// <param name="unit">What is counted, in the singular.</param>
    /// <param name="higher">The word for first above second.</param>
    /// <param name="lower">The word for first below second.</param>
    /// <param name="equal">The word for both alike.</param>
    public string InWords(string unit, string higher = "higher", string lower = "lower", string equal = "equal")
    {
        (int Count, string Word)[] parts =
            [.. ((int Count, string Word)[])[(Higher, higher), (Lower, lower), (Equal, equal), (Undefined, "undefined")]];
        parts = [.. parts.Where(p => p.Count > 0)];
        return parts.Length switch
        {
            0 => $"in no {unit} to be compared",
            1 => Count == 1 ? $"{parts[0].Word} in the only {unit}" : $"{parts[0].Word} in all {Count} {unit}s",
            _ => $"{parts[0].Word} in {parts[0].Count} of {Count} {unit}s, {string.Join(", ", parts.Skip(1).Select(p => $"{p.Word} in {p.Count}"))}",
        };
    }

    /// <summary>Differences of scores from the lowest to the highest with their mean, e.g. <c>−6.1 to +0.4 points, −2.1 on average</c>.</summary>
    /// <param name="differences">Scores minus scores; those that are no number are left out.</param>
    public static string Spread(IEnumerable<double> differences)
    {
        double[] numbers = [.. differences.Where(d => !double.IsNaN(d))];
        return numbers.Length == 0 ? "no difference can be told"
            : NumberText.PointsOnly(numbers.Min()) is var low && NumberText.PointsOnly(numbers.Max()) is var high && low == high
            ? NumberText.Points(numbers[0])
            : $"{low} to {high} points, {NumberText.PointsOnly(numbers.Average())} on average";
    }
}
