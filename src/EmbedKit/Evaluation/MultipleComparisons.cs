using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>Corrects p-values for having looked more than once.</summary>
public static class MultipleComparisons
{
    /// <summary>Holm's step-down correction (1979): reject where the result is at most the level, and the chance of any false rejection stays below
    /// it.</summary>
    /// <param name="p">m p-values, 0…1.</param>
    /// <returns>Adjusted p-values in the same order.</returns>
    /// <exception cref="InputException">A value outside 0…1.</exception>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        var (adjusted, largest, left) = (new double[p.Count], 0.0, p.Count);
        foreach (var i in Rising(p))
        {
            adjusted[i] = largest = Math.Max(largest, Math.Min(1, left-- * p[i]));
        }

        return adjusted;
    }

    /// <summary>
    /// Benjamini and Hochberg's step-up correction (1995): reject where the result is at most q, and of the rejections a share of at most q
    /// is expected to be false. Weaker than <see cref="Holm"/>; for long lists, such as a grid of λ.
    /// </summary>
    /// <param name="p">m p-values, 0…1, independent or positively dependent.</param>
    /// <returns>Adjusted p-values in the same order.</returns>
    /// <exception cref="InputException">A value outside 0…1.</exception>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        var (adjusted, smallest, rank) = (new double[p.Count], 1.0, p.Count);
        foreach (var i in Enumerable.Reverse(Rising(p)))
        {
            adjusted[i] = smallest = Math.Min(smallest, p[i] * p.Count / rank--);
        }

        return adjusted;
    }

    private static int[] Rising(IReadOnlyList<double> p)
    {
        int[] order = [.. Enumerable.Range(0, p.Count).OrderBy(i => p[i])];
        return Array.FindIndex(order, i => p[i] is not (>= 0 and <= 1)) is >= 0 and var bad
            ? throw new InputException($"correction for many tests: p-value {order[bad] + 1} is {p[order[bad]]}; expected 0…1.")
            : order;
    }
}
