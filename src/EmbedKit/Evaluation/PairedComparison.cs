using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>Two sets of predictions compared on the same rows.</summary>
public sealed record PairedComparison
{
    /// <summary>Groups (or rows, without groups) below which no difference is called real.</summary>
    public const int FewestUnits = 10;

    /// <summary>Rows both predict.</summary>
    public required int Count { get; init; }

    /// <summary>Groups they belong to; null when rows were taken as independent.</summary>
    public required int? Groups { get; init; }

    /// <summary>Accuracy, macro F1 and weighted F1, each with its interval.</summary>
    public required IReadOnlyList<MetricDifference> Differences { get; init; }

    /// <summary>McNemar's test on which rows are right (multilabel: right in every label). It takes rows as independent, groups or not.</summary>
    public required McNemarTest McNemar { get; init; }

    /// <summary>How many of the metrics show a difference, in one sentence.</summary>
    public string InWords
    {
        get
        {
            var told = Differences.Where(d => d.Verdict is Verdict.FirstBetter or Verdict.SecondBetter).ToArray();
            return Differences.Any(d => d.Verdict == Verdict.TooFewGroups)
                ? $"{NumberText.Count(Groups ?? Count, Groups is null ? "row is" : "group is", Groups is null ? "rows are" : "groups are")} too "
                    + $"few to show anything; {FewestUnits} or more are needed."
                : told.Length == 0 ? $"None of the {Differences.Count} metrics shows a difference."
                : $"{told.Length} of {Differences.Count} metrics show{(told.Length == 1 ? "s" : "")} a difference: "
                    + $"{string.Join(", ", told.Select(d => $"{d.Metric} ({(d.Verdict == Verdict.FirstBetter ? "first" : "second")} better)"))}.";
        }
    }

    /// <summary>Both over the same classes: of files without scores, which name only the classes that occur in them, over those of either.</summary>
    /// <param name="first">Predictions.</param>
    /// <param name="second">Predictions of the same kind.</param>
    /// <exception cref="InputException">One is of other labels, or says a class for which the other has no scores.</exception>
    public static (Predictions First, Predictions Second) SameClasses(Predictions first, Predictions second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        string[] all = LabelEncoding.InOrder(first.Classes.Concat(second.Classes));
        bool Fits(Predictions p) => p.Classes.Count == all.Length || (p.Scores is null && p.Task != TaskKind.Multilabel);
        if ((first.Task == TaskKind.Multilabel) == (second.Task == TaskKind.Multilabel) && Fits(first) && Fits(second))
        {
            return (first.Over(all), second.Over(all));
        }

        static string Kind(Predictions p) =>
            p.Task == TaskKind.Multilabel ? $"yes or no for each of {SameText.Escaped(p.Classes)}" : $"one of {SameText.Escaped(p.Classes)}";
        throw new InputException(
            $"the two files predict different things: for a row, the first says {Kind(first)}, and the second {Kind(second)}; "
                + "expected the same classes or labels in both. Predict the same label columns with both models.");
    }

    /// <summary>Compares.</summary>
    /// <param name="first">Labelled predictions; its groups, or the second's, are drawn and swapped whole.</param>
    /// <param name="second">Labelled predictions of the same ids, in any order.</param>
    /// <param name="random">The stream for resampling.</param>
    /// <exception cref="InputException">Ids, classes, groups or true labels differ; one class is all that is true; or one group holds every
    /// row.</exception>
    public static PairedComparison Of(Predictions first, Predictions second, SeededRandom random)
    {
        (first, second) = SameClasses(first, second);
        var truth = first.RequireTrue();
        var (other, groups) = InOrderOf(first, second);
        if (first.Task != TaskKind.Multilabel && truth.All(t => t == truth[0]))
        {
            throw new InputException(
                $"every row is truly '{first.Classes[truth[0]]}'; expected rows of two or more classes, since F1 of one class compares nothing.");
        }

        string[] names = [first.Task == TaskKind.Multilabel ? "subset_accuracy" : "accuracy", "macro_f1", "weighted_f1"];
        int[] all = [.. Enumerable.Range(0, first.Count)];
        double[] Values(int[] predicted, int[] rows) => Measure(first, truth, predicted, rows);
        double[] Differences(int[] a, int[] b, int[] rows) => [.. Values(a, rows).Zip(Values(b, rows), (x, y) => x - y)];
        var intervals = Bootstrap.Intervals(
            first.Count, groups, rows => Differences(first.Predicted, other, rows), random, method: IntervalMethod.Bca);
        var p = SwapTest.PValues(
            first.Count, groups,
            swapped => Differences(SwapTest.Mix(first.Predicted, other, swapped), SwapTest.Mix(other, first.Predicted, swapped), all), random);
        var adjusted = MultipleComparisons.Holm(p);
        var (own, theirs) = (Values(first.Predicted, all), Values(other, all));
        var units = groups?.Distinct(StringComparer.Ordinal).Count();
        return new()
        {
            Count = first.Count,
            Groups = units,
            Differences = [.. names.Select((name, k) =>
            {
                var difference = new MetricDifference(name, own[k], theirs[k], intervals[k], p[k], adjusted[k], Verdict.NotShown);
                return difference with { Verdict = Judge(difference, units ?? first.Count) };
            })],
            McNemar = McNemarTest.Of(Right(first, truth, first.Predicted), Right(first, truth, other)),
        };
    }

    /// <summary>What interval, corrected p and number of groups (or rows, without groups) allow to say of a difference.</summary>
    /// <param name="difference">The difference, its p corrected for all comparisons made.</param>
    /// <param name="units">Groups, or rows without groups.</param>
    public static Verdict Judge(MetricDifference difference, int units) => units < FewestUnits ? Verdict.TooFewGroups
        : !difference.Interval.ExcludesZero || difference.AdjustedP >= 1 - difference.Interval.Level ? Verdict.NotShown
        : difference.Difference > 0 ? Verdict.FirstBetter : Verdict.SecondBetter;

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

    /// <summary>What the second predicts, and the groups of either, in the row order and with the class numbers of the first.</summary>
    private static (int[] Predicted, string[]? Groups) InOrderOf(Predictions first, Predictions second)
    {
        var rowOf = IdIndex.Pair(first.Ids, second.Ids, out var missing, out var extra);
        if (missing.Length + extra.Length > 0)
        {
            throw new InputException(
                $"the two files do not hold the same ids: {missing.Length} in the first only, {extra.Length} in the second only " +
                $"(e.g. {string.Join(", ", missing.Concat(extra).Take(3))}); expected predictions of the same rows, since only those can be "
                    + "compared.");
        }

        IdIndex.SayLoose(first.Ids, rowOf.Select(row => second.Ids[row]), "the second file", "the first");
        var multilabel = first.Task == TaskKind.Multilabel;
        int[] classOf = [.. second.Classes.Select(name => first.Classes.ToList().IndexOf(name))];
        var width = multilabel ? first.Classes.Count : 1;
        int[] Arranged(int[] values)
        {
            var result = new int[values.Length];
            for (var i = 0; i < first.Count; i++)
            {
                var row = rowOf[i];
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
        return differs < 0 ? (Arranged(second.Predicted), GroupsOf(first, second, rowOf))
            : throw new InputException($"the two files disagree on what is true of '{first.Ids[differs / width]}'; expected the same true labels.");
    }

    private static string[]? GroupsOf(Predictions first, Predictions second, int[] rowOf)
    {
        if (first.Groups is null && second.Groups is null)
        {
            return null;
        }

        string[]? theirs = second.Groups is null ? null : [.. rowOf.Select(row => second.Groups[row])];
        var groups = CellMeaning.Groups(first.Groups is null ? theirs! : first.Groups, first.Ids);
        theirs = theirs is null ? null : CellMeaning.Groups(theirs, first.Ids);
        var differs = theirs is null ? -1 : Array.FindIndex([.. Enumerable.Range(0, groups.Length)], i => groups[i] != theirs[i]);
        return differs < 0 ? groups
            : throw new InputException(
                $"the two files put '{first.Ids[differs]}' into different groups ('{groups[differs]}' and '{theirs![differs]}'); expected the same "
                    + "groups.");
    }
}
