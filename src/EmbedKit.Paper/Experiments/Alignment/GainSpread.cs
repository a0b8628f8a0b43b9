using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What alignment gains over λ = 0 in several comparisons, in points to one decimal as shown.</summary>
/// <param name="Count">Comparisons.</param>
/// <param name="Lowest">Lowest gain.</param>
/// <param name="Highest">Highest gain.</param>
/// <param name="Mean">Mean gain.</param>
internal sealed record GainSpread(int Count, double Lowest, double Highest, double Mean)
{
    /// <summary>Of early and late fusion, wherever both λ = 0 and a chosen λ are there; in the digits shown.</summary>
    /// <param name="results">Lines of one protocol.</param>
    public static GainSpread Of(IReadOnlyList<FusionResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        double[] gains = [.. from plain in results
                             from aligned in results
                             where (aligned.Dataset, aligned.Encoder) == (plain.Dataset, plain.Encoder) && aligned.Model == plain.Model + " aligned"
                             select 100 * (NumberText.Shown(aligned.MacroF1, 3) - NumberText.Shown(plain.MacroF1, 3))];
        return gains.Length == 0 ? new(0, double.NaN, double.NaN, double.NaN)
            : new(gains.Length, NumberText.Shown(gains.Min(), 1), NumberText.Shown(gains.Max(), 1), NumberText.Shown(gains.Average(), 1));
    }

    /// <summary>E.g. <c>changes macro-F1 by −4.2 to +4.8 points, +0.2 on average</c>.</summary>
    /// <param name="verb">What alignment does.</param>
    public string InWords(string verb) => Lowest == Highest ? $"{verb} {NumberText.Signed(Lowest, 1)} points"
        : $"{verb} {NumberText.Signed(Lowest, 1)} to {NumberText.Signed(Highest, 1)} points, {NumberText.Signed(Mean, 1)} on average";

    internal string[] Cells() =>
        [Count.ToString(CultureInfo.InvariantCulture), .. new[] { Lowest, Highest, Mean }.Select(v => Count == 0 ? "–" : NumberText.Signed(v, 1))];

    internal static GainSpread Parse(ReadOnlySpan<string> cells)
    {
        static double Read(string cell) => cell == "–" ? double.NaN : ResultsSummary.Number(cell);
        return new(int.Parse(cells[0], CultureInfo.InvariantCulture), Read(cells[1]), Read(cells[2]), Read(cells[3]));
    }
}
