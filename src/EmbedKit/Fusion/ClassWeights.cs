using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Fusion;

/// <summary>Weights that let rare classes count as much as frequent ones, as the published code computes them.</summary>
public static class ClassWeights
{
    /// <summary>scikit-learn's <c>balanced</c>: N/(C·count).</summary>
    /// <param name="counts">Rows per class (C).</param>
    /// <returns>One weight per class.</returns>
    /// <exception cref="InputException">A class has no row, so it has no finite weight.</exception>
    public static double[] Balanced(IReadOnlyList<int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return PerCount(counts.Sum(), counts, i => $"class {i}");
    }

    /// <summary>The published weights for several labels: rows/(L·positives).</summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="positives">Positive rows per label (L).</param>
    /// <returns>One weight per label.</returns>
    /// <exception cref="InputException">A label has no positive row.</exception>
    public static double[] Multilabel(int rows, IReadOnlyList<int> positives)
    {
        ArgumentNullException.ThrowIfNull(positives);
        return PerCount(rows, positives, i => $"label {i}");
    }

    /// <summary>How many ones each column of the targets holds.</summary>
    /// <param name="targets">N×L, 0 and 1, row-major.</param>
    /// <param name="labels">L.</param>
    public static int[] Positives(ReadOnlySpan<float> targets, int labels)
    {
        var counts = new int[labels];
        for (var i = 0; i < targets.Length; i++)
        {
            counts[i % labels] += targets[i] > 0 ? 1 : 0;
        }

        return counts;
    }

    private static double[] PerCount(int rows, IReadOnlyList<int> counts, Func<int, string> name)
    {
        for (var i = 0; i < counts.Count; i++)
        {
            if (counts[i] < 1)
            {
                throw new InputException($"{name(i)} has no training row; expected at least one of each, or its weight would be infinite.");
            }
        }

        return [.. counts.Select(count => rows / ((double)counts.Count * count))];
    }
}
