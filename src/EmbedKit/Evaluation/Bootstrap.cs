using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>A percentile interval from resampling (Efron 1979).</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Level">Share of resamples between them.</param>
/// <param name="Resamples">How many were drawn.</param>
public sealed record BootstrapInterval(double Low, double High, double Level, int Resamples)
{
    /// <summary>Whether 0 lies outside.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}

/// <summary>Draws rows with replacement, whole groups at a time, and computes statistics on each draw.</summary>
public static class Bootstrap
{
    /// <summary>Percentile intervals of several statistics over the same draws.</summary>
    /// <param name="rows">N.</param>
    /// <param name="groups">N group names whose rows are drawn together (lesion, patient, city), or null to draw single rows.</param>
    /// <param name="statistics">Computes K values from 0-based row numbers, some repeated.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="resamples">Draws. Default 2,000.</param>
    /// <param name="level">Default 0.95.</param>
    /// <exception cref="InputException">Fewer than two groups or rows.</exception>
    public static BootstrapInterval[] Intervals(
        int rows, IReadOnlyList<string>? groups, Func<int[], double[]> statistics, SeededRandom random, int resamples = 2000, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        int[][] units = groups is null
            ? [.. Enumerable.Range(0, rows).Select(i => (int[])[i])]
            : [.. Enumerable.Range(0, rows).GroupBy(i => groups[i], StringComparer.Ordinal).Select(g => g.ToArray())];
        if (units.Length < 2)
        {
            throw new InputException($"bootstrap: {units.Length} {(groups is null ? "row" : "group")}; expected two or more to draw from.");
        }

        var draws = new double[resamples][];
        var drawn = new List<int>(rows);
        for (var r = 0; r < resamples; r++)
        {
            drawn.Clear();
            for (var u = 0; u < units.Length; u++)
            {
                drawn.AddRange(units[random.Next(units.Length)]);
            }

            draws[r] = statistics([.. drawn]);
        }

        return [.. Enumerable.Range(0, draws[0].Length).Select(k =>
        {
            double[] sorted = [.. draws.Select(d => d[k]).Order()];
            return new BootstrapInterval(Quantile(sorted, (1 - level) / 2), Quantile(sorted, (1 + level) / 2), level, resamples);
        })];
    }

    /// <summary>A quantile of sorted values, linear between neighbours (NumPy's default).</summary>
    internal static double Quantile(double[] sorted, double q)
    {
        var position = q * (sorted.Length - 1);
        var below = (int)position;
        return sorted[below] + ((position - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
