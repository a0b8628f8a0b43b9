using EmbedKit.Runtime;
using MathNet.Numerics;

namespace EmbedKit.Evaluation;

/// <summary>Which differences a test looks for.</summary>
public enum Alternative
{
    /// <summary>a and b differ.</summary>
    TwoSided,

    /// <summary>a is larger than b.</summary>
    Greater,

    /// <summary>a is smaller than b.</summary>
    Less,
}

/// <summary>How a p-value is found.</summary>
public enum RankMethod
{
    /// <summary>Exact up to 50 pairs without ties and zeros, otherwise the normal approximation.</summary>
    Automatic,

    /// <summary>From the distribution of the statistic over all signs.</summary>
    Exact,

    /// <summary>Normal, variance corrected for ties.</summary>
    Normal,

    /// <summary>Normal, with continuity correction.</summary>
    NormalWithContinuity,
}

/// <summary>Wilcoxon's signed-rank test of paired differences a − b, as SciPy computes it: zeros are dropped, ties take average ranks.</summary>
/// <param name="Statistic">The smaller rank sum (two-sided), or the rank sum of positive differences.</param>
/// <param name="P">The p-value.</param>
/// <param name="Pairs">Pairs that differ.</param>
/// <param name="Exact">Whether the p-value is exact.</param>
/// <param name="RankBiserial">
/// Matched-pairs rank-biserial correlation (Kerby 2014), an effect size: rank sum of positive minus negative differences, as a share of all
/// ranks; 1 when a is larger in every pair, −1 when b is.
/// </param>
public sealed record WilcoxonTest(double Statistic, double P, int Pairs, bool Exact, double RankBiserial)
{
    private const int LargestExact = 50;

    /// <summary>Tests pairs.</summary>
    /// <param name="a">n values.</param>
    /// <param name="b">n values, each belonging to the one of <paramref name="a"/> in its place.</param>
    /// <param name="alternative">Which differences count. Default two-sided.</param>
    /// <param name="method">How the p-value is found. Default automatic.</param>
    /// <exception cref="InputException">No pair differs; or an exact p-value is asked for where there are ties.</exception>
    public static WilcoxonTest Of(
        IReadOnlyList<double> a, IReadOnlyList<double> b, Alternative alternative = Alternative.TwoSided, RankMethod method = RankMethod.Automatic)
    {
        var all = Evaluation.Pairs.Differences(a, b, atLeast: 1);
        double[] differences = [.. all.Where(d => d != 0)];
        if (differences.Length == 0)
        {
            throw new InputException($"Wilcoxon test: all {all.Length} differences are 0; expected pairs that differ.");
        }

        var (ranks, tieTerm) = Rank(differences);
        var positive = ranks.Where((_, i) => differences[i] > 0).Sum();
        var negative = ranks.Sum() - positive;
        var exact = method == RankMethod.Exact
            || (method == RankMethod.Automatic && tieTerm == 0 && differences.Length == all.Length && all.Length <= LargestExact);
        if (exact && tieTerm > 0)
        {
            throw new InputException("Wilcoxon test: an exact p-value was asked for, but differences tie; use the normal approximation.");
        }

        var statistic = alternative == Alternative.TwoSided ? Math.Min(positive, negative) : positive;
        var p = exact ? ExactP((int)positive, differences.Length, alternative)
            : NormalP(statistic, differences.Length, tieTerm, alternative, method == RankMethod.NormalWithContinuity);
        return new(statistic, p, differences.Length, exact, (positive - negative) / (positive + negative));
    }

    /// <summary>Average ranks of absolute values, and Σ(t³ − t) over groups of t equal ones.</summary>
    private static (double[] Ranks, double TieTerm) Rank(double[] differences)
    {
        double[] keys = [.. differences.Select(Math.Abs)];
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        var ranks = new double[keys.Length];
        var tieTerm = 0.0;
        for (var start = 0; start < keys.Length;)
        {
            var end = start;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }

            tieTerm += Math.Pow(end - start, 3) - (end - start);
            start = end;
        }

        return (ranks, tieTerm);
    }

    /// <summary>Counts the subsets of 1…n by their sum: each is the rank sum under one choice of signs.</summary>
    private static double ExactP(int positive, int n, Alternative alternative)
    {
        var counts = new double[(n * (n + 1) / 2) + 1];
        counts[0] = 1;
        for (var rank = 1; rank <= n; rank++)
        {
            for (var sum = counts.Length - 1; sum >= rank; sum--)
            {
                counts[sum] += counts[sum - rank];
            }
        }

        var all = Math.Pow(2, n);
        double atMost = counts.Take(positive + 1).Sum() / all, atLeast = counts.Skip(positive).Sum() / all;
        return alternative switch
        {
            Alternative.Greater => atLeast,
            Alternative.Less => atMost,
            _ => Math.Min(1, 2 * Math.Min(atMost, atLeast)),
        };
    }

    private static double NormalP(double statistic, double n, double tieTerm, Alternative alternative, bool continuity)
    {
        var mean = n * (n + 1) / 4;
        var deviation = Math.Sqrt(((n * (n + 1) * ((2 * n) + 1)) - (tieTerm / 2)) / 24);
        var correction = !continuity ? 0 : alternative switch
        {
            Alternative.Greater => 0.5,
            Alternative.Less => -0.5,
            _ => 0.5 * Math.Sign(statistic - mean),
        };
        var z = (statistic - mean - correction) / deviation;
        return alternative switch
        {
            Alternative.Greater => UpperTail(z),
            Alternative.Less => UpperTail(-z),
            _ => Math.Min(1, 2 * UpperTail(Math.Abs(z))),
        };
    }

    private static double UpperTail(double z) => SpecialFunctions.Erfc(z / Math.Sqrt(2)) / 2;
}
