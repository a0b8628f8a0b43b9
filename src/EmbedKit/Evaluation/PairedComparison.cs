using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>One metric of two sets of predictions on the same rows.</summary>
/// <param name="Metric">Its name, as in <see cref="MetricReport.ToNamed"/>.</param>
/// <param name="First">Value of the first.</param>
/// <param name="Second">Value of the second.</param>
/// <param name="Interval">Bootstrap interval of first − second over rows.</param>
public sealed record MetricDifference(string Metric, double First, double Second, BootstrapInterval Interval)
{
    /// <summary>First − second.</summary>
    public double Difference => First - Second;

    /// <summary>One sentence that says what the interval allows to say, and no more.</summary>
    public string InWords => string.Create(
        CultureInfo.InvariantCulture,
        $"{Metric}: {First:0.0000} against {Second:0.0000}, difference {Signed(Difference)} " +
        $"({Interval.Level:P0} interval {Signed(Interval.Low)} to {Signed(Interval.High)}): ") +
        (Interval.ExcludesZero
            ? $"the {(Difference > 0 ? "first" : "second")} is better on rows like these."
            : "the interval holds 0, so these rows do not show a difference.");

    private static string Signed(double value) => value.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);
}

/// <summary>Two sets of predictions compared on the same rows.</summary>
public sealed record PairedComparison
{
    /// <summary>Rows both predict.</summary>
    public required int Count { get; init; }

    /// <summary>Accuracy, macro F1 and weighted F1, each with its interval.</summary>
    public required IReadOnlyList<MetricDifference> Differences { get; init; }

    /// <summary>McNemar's test on which rows are right (multilabel: right in every label).</summary>
    public required McNemarTest McNemar { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="first">Labelled predictions.</param>
    /// <param name="second">Labelled predictions of the same ids, in any order.</param>
    /// <param name="random">The stream for resampling.</param>
    /// <param name="groups">Group of each row of <paramref name="first"/>, or null to draw single rows.</param>
    /// <exception cref="InputException">Ids, classes or true labels differ.</exception>
    public static PairedComparison Of(Predictions first, Predictions second, SeededRandom random, IReadOnlyList<string>? groups = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var truth = first.RequireTrue();
        var other = InOrderOf(first, second);
        string[] names = [first.Task == TaskKind.Multilabel ? "subset_accuracy" : "accuracy", "macro_f1", "weighted_f1"];
        int[] all = [.. Enumerable.Range(0, first.Count)];
        double[] Values(int[] predicted, int[] rows) => Measure(first, truth, predicted, rows);
        var intervals = Bootstrap.Intervals(
            first.Count, groups, rows => [.. Values(first.Predicted, rows).Zip(Values(other, rows), (a, b) => a - b)], random);
        var (own, theirs) = (Values(first.Predicted, all), Values(other, all));
        return new()
        {
            Count = first.Count,
            Differences = [.. names.Select((name, k) => new MetricDifference(name, own[k], theirs[k], intervals[k]))],
            McNemar = McNemarTest.Of(Right(first, truth, first.Predicted), Right(first, truth, other)),
        };
    }

    private static double[] Measure(Predictions p, int[] truth, int[] predicted, int[] rows)
    {
        if (p.Task != TaskKind.Multilabel)
        {
            var matrix = ConfusionMatrix.Count(truth, predicted, p.Classes.Count, rows);
            return [matrix.Accuracy, matrix.MacroF1, matrix.WeightedF1];
        }

        var matrices = p.Classes.Select((_, c) => ConfusionMatrix.Count(p.Column(truth, c), p.Column(predicted, c), 2, rows)).ToArray();
        double support = matrices.Sum(m => m.Support(1));
        var right = Right(p, truth, predicted);
        var weighted = ConfusionMatrix.Ratio(matrices.Sum(m => m.Support(1) * m.F1(1)), support);
        return [rows.Count(r => right[r]) / (double)rows.Length, matrices.Average(m => m.F1(1)), weighted];
    }

    private static bool[] Right(Predictions p, int[] truth, int[] predicted)
    {
        var width = truth.Length / p.Count;
        return [.. Enumerable.Range(0, p.Count).Select(i => truth.AsSpan(i * width, width).SequenceEqual(predicted.AsSpan(i * width, width)))];
    }

    /// <summary>What the second predicts, in the row order and with the class numbers of the first.</summary>
    private static int[] InOrderOf(Predictions first, Predictions second)
    {
        if (first.Task != second.Task || !first.Classes.Order(StringComparer.Ordinal).SequenceEqual(second.Classes.Order(StringComparer.Ordinal)))
        {
            throw new InputException($"the two files predict different things ({string.Join(", ", first.Classes)} against " +
                $"{string.Join(", ", second.Classes)}); expected the same classes.");
        }

        var rowOf = second.Ids.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        string[] missing = [.. first.Ids.Where(id => !rowOf.ContainsKey(id))];
        string[] extra = [.. second.Ids.Except(first.Ids)];
        if (missing.Length + extra.Length > 0)
        {
            throw new InputException($"the two files do not hold the same ids: {missing.Length} in the first only, {extra.Length} in the second only " +
                $"(e.g. {string.Join(", ", missing.Concat(extra).Take(3))}); expected predictions of the same rows, since only those can be compared.");
        }

        var multilabel = first.Task == TaskKind.Multilabel;
        int[] classOf = [.. second.Classes.Select(name => first.Classes.ToList().IndexOf(name))];
        var width = multilabel ? first.Classes.Count : 1;
        int[] Arranged(int[] values)
        {
            var result = new int[values.Length];
            for (var i = 0; i < first.Count; i++)
            {
                var row = rowOf[first.Ids[i]];
                for (var c = 0; c < width; c++)
                {
                    var value = values[(row * width) + c];
                    result[(i * width) + (multilabel ? classOf[c] : 0)] = multilabel ? value : classOf[value];
                }
            }

            return result;
        }

        var theirs = Arranged(second.RequireTrue());
        var differs = Enumerable.Range(0, theirs.Length).FirstOrDefault(i => theirs[i] != first.True![i], -1);
        return differs < 0 ? Arranged(second.Predicted)
            : throw new InputException($"the two files disagree on what is true of '{first.Ids[differs / width]}'; expected the same true labels.");
    }
}
