using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Charts;

/// <summary>How the spread over runs is drawn.</summary>
public enum SweepBand
{
    /// <summary>No band.</summary>
    None,

    /// <summary>From the lowest to the highest run.</summary>
    MinMax,

    /// <summary>One sample standard deviation to each side of the mean; none for a single run.</summary>
    StandardDeviation,
}

/// <summary>One λ of a curve.</summary>
/// <param name="Lambda">λ, without unit.</param>
/// <param name="Mean">Mean over runs.</param>
/// <param name="Low">Lower end of the band.</param>
/// <param name="High">Upper end of the band.</param>
/// <param name="Runs">Number of runs (seeds × folds) behind it.</param>
internal sealed record SweepPoint(double Lambda, double Mean, double Low, double High, int Runs);

/// <summary>A number against λ, averaged over seeds and folds and nothing else.</summary>
/// <param name="Fusion">early, late, image or text: gives the colour.</param>
/// <param name="Setting">Whatever else tells curves of one fusion apart (encoder, σ, …); empty when nothing does.</param>
/// <param name="Points">In order of λ.</param>
internal sealed record SweepCurve(string Fusion, string Setting, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>For the legend.</summary>
    public string Name => Setting.Length == 0 ? Fusion : $"{Fusion} · {Setting}";

    /// <summary>What makes two rows different experiments: rows that differ here are never averaged.</summary>
    private static readonly string[] Identity = ["fusion", "dataset", "encoder", "protocol", "hidden", "aligner", "shift_at", "sigma"];

    /// <summary>Reads the curves of one column of a <c>sweep.csv</c>.</summary>
    /// <param name="sweep">The table; only <c>fusion</c>, <c>lambda</c>, <c>split</c> and the column itself must be there.</param>
    /// <param name="column">E.g. <c>f1_macro</c>; blank cells (AUC of an absent class) are left out, and so are rows without λ, which lie on no
    /// curve.</param>
    /// <param name="split">The evaluated split: train, val or test.</param>
    /// <param name="band">What the band is.</param>
    /// <returns>One curve per combination of fusion, data set, encoder, protocol, …, in order of appearance.</returns>
    /// <exception cref="InputException">A missing column, a cell that is no number, or no row of that split.</exception>
    public static IReadOnlyList<SweepCurve> Read(TextTable sweep, string column, string split = "test", SweepBand band = SweepBand.MinMax)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var (splits, values, lambdas) = (sweep["split"], sweep[column], sweep["lambda"]);
        string[] identity = [.. Identity.Where((name, i) => i == 0 || sweep.Contains(name))];
        var rows = Enumerable.Range(0, sweep.RowCount).Where(r => splits[r] == split && values[r].Length > 0 && lambdas[r].Length > 0).ToArray();
        if (rows.Length == 0)
        {
            throw new InputException(
                $"{sweep.Source}: no row with split '{split}', a value in '{column}' and a λ; there are splits: "
                    + $"{string.Join(", ", splits.Distinct())}.");
        }

        // Only what differs within a fusion needs naming: hidden sizes, for one, go with the fusion.
        string[] varying =
            [.. identity.Where(name => rows.GroupBy(r => sweep["fusion"][r]).Any(g => g.Select(r => sweep[name][r]).Distinct().Skip(1).Any()))];
        return [.. rows.GroupBy(r => string.Join('\u001f', identity.Select(name => sweep[name][r]))).Select(g =>
        {
            var setting = string.Join(" · ", varying.Select(v => $"{Prefix(v)}{sweep[v][g.First()]}"));
            return new SweepCurve(sweep["fusion"][g.First()], setting, [.. g.GroupBy(r => sweep.Number("lambda", r)).OrderBy(p => p.Key)
                .Select(p => Point(p.Key, [.. p.Select(r => sweep.Number(column, r))], band))]);
        })];
    }

    private static string Prefix(string column) =>
        column is "sigma" ? "σ = " : column is "hidden" ? "hidden " : column is "shift_at" ? "shift at " : "";

    private static SweepPoint Point(double lambda, double[] values, SweepBand band)
    {
        var mean = values.Average();
        if (band is SweepBand.None)
        {
            return new(lambda, mean, mean, mean, values.Length);
        }

        if (band == SweepBand.MinMax)
        {
            // Rounding can put the mean of equal values beside them.
            return new(lambda, Math.Clamp(mean, values.Min(), values.Max()), values.Min(), values.Max(), values.Length);
        }

        var deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        return new(lambda, mean, mean - deviation, mean + deviation, values.Length);
    }
}
