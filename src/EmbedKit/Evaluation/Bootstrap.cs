using EmbedKit.Runtime;
using MathNet.Numerics.Distributions;

namespace EmbedKit.Evaluation;

/// <summary>How the ends of an interval are read from resamples.</summary>
public enum IntervalMethod
{
    /// <summary>Quantiles of the resamples (Efron 1979).</summary>
    Percentile,

    /// <summary>Quantiles corrected for bias and skew (BCa, Efron 1987), the skew from leaving out one unit at a time.</summary>
    Bca,
}

/// <summary>An interval from resampling.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Level">The share of such intervals that should hold the true value.</param>
/// <param name="Resamples">How many were drawn.</param>
/// <param name="Method">How the ends were found: percentile where BCa is not defined, because every resample lies on one side.</param>
public sealed record BootstrapInterval(double Low, double High, double Level, int Resamples, IntervalMethod Method)
{
    /// <summary>Whether 0 lies outside.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;

    /// <summary>Whether 0 lies outside in the digits that a reader sees: <c>+0.0 to +1.9</c> touches it.</summary>
    /// <param name="decimals">Digits after the point that are shown.</param>
    /// <param name="scale">What the ends are multiplied by before they are shown; 100 for points.</param>
    public bool ExcludesZeroAsShown(int decimals, double scale = 1) =>
        NumberText.Shown(scale * Low, decimals) > 0 || NumberText.Shown(scale * High, decimals) < 0;
}

/// <summary>Draws rows with replacement, whole groups at a time, and computes statistics on each draw.</summary>
public static class Bootstrap
{
    /// <summary>Intervals of several statistics over the same draws. The order of rows makes no difference when they are grouped.</summary>
    /// <param name="rows">N.</param>
    /// <param name="groups">N group names whose rows are drawn together (lesion, patient, city), or null to draw single rows.</param>
    /// <param name="statistics">Computes K values from 0-based row numbers, some repeated.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="resamples">Draws, at least 100. Default 2,000.</param>
    /// <param name="level">Default 0.95.</param>
    /// <param name="method">Default percentile; BCa computes the statistics once more for every group left out.</param>
    /// <exception cref="InputException">Fewer than two groups or rows.</exception>
    public static BootstrapInterval[] Intervals(
        int rows, IReadOnlyList<string>? groups, Func<int[], double[]> statistics, SeededRandom random, int resamples = 2000, double level = 0.95,
        IntervalMethod method = IntervalMethod.Percentile)
    {
        var draws = Draws(rows, groups, statistics, random, resamples);
        var units = Units(rows, groups);
        double[][] leftOut = method == IntervalMethod.Percentile ? []
            : [.. units.Select(left => statistics([.. units.Where(u => u != left).SelectMany(u => u)]))];
        var observed = method == IntervalMethod.Percentile ? [] : statistics([.. Enumerable.Range(0, rows)]);
        return [.. Enumerable.Range(0, draws[0].Length).Select(k =>
        {
            double[] column = [.. draws.Select(d => d[k])];
            return method == IntervalMethod.Percentile ? Percentile(column, level) : Bca(column, observed[k], [.. leftOut.Select(l => l[k])], level);
        })];
    }

    /// <summary>The statistics of every draw: one row of K values a draw.</summary>
    /// <param name="rows">N.</param>
    /// <param name="groups">N group names whose rows are drawn together, or null to draw single rows.</param>
    /// <param name="statistics">Computes K values from 0-based row numbers, some repeated.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="resamples">Draws, at least 100. Default 2,000.</param>
    /// <exception cref="InputException">Fewer than two groups or rows.</exception>
    public static double[][] Draws(
        int rows, IReadOnlyList<string>? groups, Func<int[], double[]> statistics, SeededRandom random, int resamples = 2000)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        var units = Units(rows, groups);
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

        return draws;
    }

    /// <summary>The rows of each group, groups in ordinal order of their names; or each row by itself.</summary>
    internal static int[][] Units(int rows, IReadOnlyList<string>? groups) => groups is null
        ? [.. Enumerable.Range(0, rows).Select(i => (int[])[i])]
        : [.. Enumerable.Range(0, rows).GroupBy(i => groups[i], StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.ToArray())];

    /// <summary>The percentile interval of draws.</summary>
    /// <param name="draws">At least one, in any order.</param>
    /// <param name="level">0–1, e.g. 0.95.</param>
    public static BootstrapInterval Percentile(double[] draws, double level)
    {
        double[] sorted = [.. draws.Order()];
        return new(Quantile(sorted, (1 - level) / 2), Quantile(sorted, (1 + level) / 2), level, draws.Length, IntervalMethod.Percentile);
    }

    /// <summary>BCa from draws, the value observed and the values with each unit left out; draws equal to the observed value count half.</summary>
    internal static BootstrapInterval Bca(double[] draws, double observed, double[] leftOut, double level)
    {
        // Sums of the same values in another order differ in their last bits; such draws are equal.
        var tie = 1e-12 * Math.Max(1, Math.Abs(observed));
        var below = (draws.Count(d => d < observed - tie) + draws.Count(d => d <= observed + tie)) / (2.0 * draws.Length);
        if (below is 0 or 1)
        {
            return Percentile(draws, level);
        }

        var mean = leftOut.Average();
        double squares = leftOut.Sum(v => Math.Pow(mean - v, 2)), cubes = leftOut.Sum(v => Math.Pow(mean - v, 3));
        var (bias, acceleration) = (Normal.InvCDF(0, 1, below), squares == 0 ? 0 : cubes / (6 * Math.Pow(squares, 1.5)));
        double[] sorted = [.. draws.Order()];
        double End(double probability)
        {
            var z = bias + Normal.InvCDF(0, 1, probability);
            return Quantile(sorted, Normal.CDF(0, 1, bias + (z / (1 - (acceleration * z)))));
        }

        return new(End((1 - level) / 2), End((1 + level) / 2), level, draws.Length, IntervalMethod.Bca);
    }

    /// <summary>A quantile of sorted values, linear between neighbours (NumPy's default).</summary>
    private static double Quantile(double[] sorted, double q)
    {
        var position = q * (sorted.Length - 1);
        var below = (int)position;
        return sorted[below] + ((position - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
