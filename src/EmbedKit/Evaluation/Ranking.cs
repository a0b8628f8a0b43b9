namespace EmbedKit.Evaluation;

/// <summary>Metrics of how well a score ranks positive rows above negative ones; ties count as scikit-learn counts them.</summary>
internal static class Ranking
{
    /// <summary>Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half.</summary>
    /// <param name="positive">N flags.</param>
    /// <param name="scores">N scores.</param>
    /// <returns>0…1, or null when the rows are all positive or all negative.</returns>
    public static double? RocAuc(IReadOnlyList<bool> positive, IReadOnlyList<double> scores)
    {
        var (falsePositives, truePositives) = Cumulate(positive, scores);
        var area = new RocArea();
        for (var i = truePositives.Count - 1; i > 0; i--)
        {
            area.Add(truePositives[i] - truePositives[i - 1], falsePositives[i] - falsePositives[i - 1]);
        }

        return double.IsNaN(area.Value) ? null : area.Value;
    }

    /// <summary>Average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over falling thresholds, without interpolation.</summary>
    /// <param name="positive">N flags.</param>
    /// <param name="scores">N scores.</param>
    /// <returns>0…1, or null when no row is positive.</returns>
    public static double? AveragePrecision(IReadOnlyList<bool> positive, IReadOnlyList<double> scores)
    {
        var (falsePositives, truePositives) = Cumulate(positive, scores);
        if (truePositives[^1] == 0)
        {
            return null;
        }

        var sum = 0.0;
        for (var i = 1; i < truePositives.Count; i++)
        {
            sum += (truePositives[i] - truePositives[i - 1]) * ((double)truePositives[i] / (truePositives[i] + falsePositives[i]));
        }

        return sum / truePositives[^1];
    }

    /// <summary>The ROC curve from (0, 0) to (1, 1), without the points that lie on the line between their neighbours.</summary>
    /// <param name="positive">N flags.</param>
    /// <param name="scores">N scores.</param>
    /// <returns>False-positive and true-positive rates, or null when the rows are all positive or all negative.</returns>
    public static (double[] FalsePositiveRate, double[] TruePositiveRate)? RocCurve(IReadOnlyList<bool> positive, IReadOnlyList<double> scores)
    {
        var (falsePositives, truePositives) = Cumulate(positive, scores);
        if (truePositives[^1] == 0 || falsePositives[^1] == 0)
        {
            return null;
        }

        // scikit-learn drops collinear points before it puts (0, 0) in front, so the first threshold always stays.
        var last = truePositives.Count - 1;
        bool Bends(List<int> counts, int i) => counts[i + 1] - counts[i] != counts[i] - counts[i - 1];
        int[] kept = [.. Enumerable.Range(0, last + 1).Where(i => i <= 1 || i == last || Bends(falsePositives, i) || Bends(truePositives, i))];
        return ([.. kept.Select(i => (double)falsePositives[i] / falsePositives[last])],
            [.. kept.Select(i => (double)truePositives[i] / truePositives[last])]);
    }

    /// <summary>False and true positives at each distinct threshold, falling, with (0, 0) in front.</summary>
    private static (List<int> FalsePositives, List<int> TruePositives) Cumulate(IReadOnlyList<bool> positive, IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Count, positive.Count);
        var keys = scores.ToArray();
        var flags = positive.ToArray();
        Array.Sort(keys, flags);
        var (falsePositives, truePositives) = (new List<int> { 0 }, new List<int> { 0 });
        var (f, t) = (0, 0);
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            t += flags[i] ? 1 : 0;
            f += flags[i] ? 0 : 1;
            if (i == 0 || keys[i - 1] != keys[i])
            {
                falsePositives.Add(f);
                truePositives.Add(t);
            }
        }

        return (falsePositives, truePositives);
    }
}
