using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>Corrects p-values for having looked more than once.</summary>
public static class MultipleComparisons
{
    /// <summary>Holm's step-down correction (1979): reject where the result is at most the level, and the chance of any false rejection stays below it.</summary>
    /// <param name="p">m p-values, 0…1.</param>
    /// <returns>Adjusted p-values in the same order.</returns>
    /// <exception cref="InputException">A value outside 0…1.</exception>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        var adjusted = new double[p.Count];
        var (largest, left) = (0.0, p.Count);
        foreach (var i in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
        {
            largest = p[i] is >= 0 and <= 1
                ? Math.Max(largest, Math.Min(1, left-- * p[i]))
                : throw new InputException($"Holm correction: p-value {i + 1} is {p[i]}; expected 0…1.");
            adjusted[i] = largest;
        }

        return adjusted;
    }
}
