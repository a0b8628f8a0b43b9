using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// The published way to split: by row, stratified by class, whatever else the rows share. One lesion or patient then stands on both sides
/// (leak 3 of the published protocol); use <see cref="GroupedSplit"/> for anything but reproducing.
/// </summary>
public static class RowSplit
{
    /// <summary>Assigns rows to training and test.</summary>
    /// <param name="classes">The class of each row (N).</param>
    /// <param name="testFraction">Share of each class for testing, in (0, 1); published: 0.2.</param>
    /// <param name="random">Which rows; the same sequence gives the same split.</param>
    /// <returns>The side of each row (N).</returns>
    /// <exception cref="InputException">The share is out of range.</exception>
    public static Split[] Assign(IReadOnlyList<string> classes, double testFraction, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(random);
        new SplitOptions { TestFraction = testFraction, ValidationFraction = 0 }.Validate();
        var split = new Split[classes.Count];
        var byClass = Enumerable.Range(0, classes.Count).GroupBy(i => classes[i], StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.ToArray()).ToArray();
        var wanted = byClass.Select(rows => testFraction * rows.Length).ToArray();
        var counts = wanted.Select(w => (int)w).ToArray();

        // Largest remainders get the rows that rounding down left over, so that the whole is as asked too.
        var left = (int)Math.Round(testFraction * classes.Count) - counts.Sum();
        foreach (var c in Enumerable.Range(0, counts.Length).OrderByDescending(c => wanted[c] - counts[c]).Take(left))
        {
            counts[c]++;
        }

        for (var c = 0; c < byClass.Length; c++)
        {
            foreach (var row in byClass[c].Select(row => (Row: row, Key: random.NextUInt64())).OrderBy(r => r.Key).Take(counts[c]))
            {
                split[row.Row] = Split.Test;
            }
        }

        return split;
    }
}
