using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Evaluation;

public class PairedComparisonTests
{
    private static readonly int[] Truth = [.. Enumerable.Range(0, 100).Select(i => i % 2)];
    private static readonly string[] Ids = [.. Truth.Select((_, i) => $"{i}")];

    [Fact]
    public void Rows_are_paired_by_id_and_classes_by_name()
    {
        var reversed = new Predictions(
            TaskKind.Binary, ["p", "n"], [.. Ids.Reverse()], [.. Truth.Reverse().Select(t => 1 - t)],
            [.. Truth.Select((t, i) => i < 60 ? t : 1 - t).Reverse().Select(t => 1 - t)]);
        var comparison = Compare(Right(i => i < 90), reversed);

        Assert.Equal((0.9, 0.6), (comparison.Differences[0].First, comparison.Differences[0].Second));
        Assert.All(comparison.Differences, d => Assert.Equal(Verdict.FirstBetter, d.Verdict));
        Assert.Equal((30, 0), (comparison.McNemar.OnlyFirst, comparison.McNemar.OnlySecond));
        Assert.Null(comparison.Groups);
    }

    [Fact]
    public void Equal_predictions_show_no_difference()
    {
        var same = Compare(Right(i => i < 90), Right(i => i < 90)).Differences[1];

        Assert.Equal((0.0, 0.0, 1.0, Verdict.NotShown), (same.Interval.Low, same.Interval.High, same.AdjustedP, same.Verdict));
        Assert.Contains("do not show a difference", same.InWords, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_certain_over_rows_may_not_be_over_the_groups_they_come_from()
    {
        // The first is right in seven groups of ten rows, the second in the other three: 70 rows against 30.
        Predictions first = Right(i => i / 10 < 7), second = Right(i => i / 10 >= 7);
        string[] groups = [.. Truth.Select((_, i) => $"patient{i / 10}")];

        Assert.Equal(Verdict.FirstBetter, Compare(first, second).Differences[0].Verdict);
        var byGroup = Compare(first with { Groups = groups }, second);
        Assert.Equal((10, Verdict.NotShown), (byGroup.Groups!.Value, byGroup.Differences[0].Verdict));
        Assert.Equal(byGroup.Differences, Compare(first, second with { Groups = groups }).Differences);
    }

    [Fact]
    public void Few_groups_never_make_a_difference_real()
    {
        string[] groups = [.. Truth.Select((_, i) => $"city{i % 9}")];
        var difference = Compare(Right(_ => true) with { Groups = groups }, Right(_ => false)).Differences[0];

        Assert.Equal(Verdict.TooFewGroups, difference.Verdict);
        Assert.Contains("10 or more are needed", difference.InWords, StringComparison.Ordinal);
    }

    [Fact]
    public void Multilabel_predictions_are_compared_by_whole_rows()
    {
        Predictions Of(Func<int, bool> right) => new(
            TaskKind.Multilabel, ["x", "y"], Ids, [.. Truth.SelectMany(t => new[] { t, 1 - t })],
            [.. Truth.SelectMany((t, i) => new[] { t, right(i) ? 1 - t : t })]);
        var difference = Compare(Of(i => i < 80), Of(i => i < 40)).Differences[0];

        Assert.Equal(("subset_accuracy", 0.8, 0.4), (difference.Metric, difference.First, difference.Second));
        Assert.Equal(Verdict.FirstBetter, difference.Verdict);
    }

    [Fact]
    public void Predictions_that_do_not_belong_together_are_not_compared()
    {
        string[] ids = ["a", "b", "c"];
        var first = new Predictions(TaskKind.Binary, ["n", "p"], ids, [0, 1, 1], [0, 1, 1]);
        void Refused(string expected, Predictions second, Predictions? other = null) =>
            Assert.Contains(expected, Assert.Throws<InputException>(() => Compare(other ?? first, second)).Message, StringComparison.Ordinal);

        Refused("1 in the first only, 1 in the second only (e.g. c, d)", new(TaskKind.Binary, ["n", "p"], ["a", "b", "d"], [0, 1, 1], [0, 1, 1]));
        Refused("true of 'b'", new(TaskKind.Binary, ["n", "p"], ids, [0, 0, 1], [0, 1, 1]));
        Refused("true of 'b'", new(TaskKind.Binary, ["n", "q"], ids, [0, 1, 1], [0, 1, 1]));
        double[] scores = [0.9, 0.1, 0.1, 0.9, 0.2, 0.8];
        Predictions scored = new(TaskKind.Binary, ["n", "p"], ids, [0, 1, 1], [0, 1, 1], scores);
        Refused("different things", new(TaskKind.Binary, ["n", "q"], ids, [0, 1, 1], [0, 1, 1], scores), scored);
        Refused("different things", new(TaskKind.Multiclass, ["n", "p", "q"], ids, [0, 1, 1], [0, 1, 2]), scored);
        var several = new Predictions(TaskKind.Multilabel, ["n", "p"], ids, [0, 1, 1, 0, 0, 0], [0, 1, 1, 1, 0, 0]);
        Refused("the first says one of n, p, and the second yes or no for each of n, p; expected the same classes or labels in both.", several);
        Refused("different groups ('g' and 'h')", first with { Groups = ["g", "h", "g"] }, first with { Groups = ["g", "g", "g"] });
        Assert.Equal(2, Compare(first with { Groups = ["g", "", "g"] }, first).Groups);
        Refused("1 group", first with { Groups = ["g", "g", "g"] });
        var one = new Predictions(TaskKind.Binary, ["n", "p"], ids, [1, 1, 1], [0, 1, 1]);
        Refused("every row is truly 'p'", one, one);
        Assert.Throws<InputException>(() => first with { Groups = ["g"] });
    }

    [Fact]
    public void A_class_that_only_one_file_without_scores_says_counts_in_both()
    {
        // The second says z of the last ten rows, which are truly y or n.
        var first = new Predictions(TaskKind.Binary, ["n", "y"], Ids, Truth, Truth);
        var second = new Predictions(
            TaskKind.Multiclass, ["n", "z", "y"], Ids, [.. Truth.Select(t => 2 * t)], [.. Truth.Select((t, i) => i < 90 ? 2 * t : 1)]);
        var (one, other) = PairedComparison.SameClasses(first, second);
        Assert.Equal((TaskKind.Multiclass, TaskKind.Multiclass), (one.Task, other.Task));
        Assert.Equal(["n", "y", "z"], one.Classes);
        Assert.Equal(["n", "z", "y"], other.Classes);
        Assert.Equal([.. Truth.Select(t => t == 0 ? "n" : "y")], one.True!.Select(t => one.Classes[t]));

        var macro = Compare(first, second).Differences[1];
        Assert.Equal(2.0 / 3, macro.First, 12);
        Assert.Equal(2 * (90.0 / 95) / 3, macro.Second, 12);
        Assert.Equal(Metrics.Compute(one).MacroF1, macro.First);
        Assert.Equal(Metrics.Compute(other).MacroF1, macro.Second, 12);
        Assert.Equal(-macro.Difference, Compare(second, first).Differences[1].Difference, 12);

        // Where one has scores, its classes hold, and the other may name fewer.
        Predictions declared = new(TaskKind.Multiclass, ["n", "y", "z"], Ids, Truth, Truth, [.. Truth.SelectMany(_ => new[] { 0.4, 0.4, 0.2 })]);
        Assert.Same(declared, PairedComparison.SameClasses(declared, first).First);
        Assert.Equal(declared.Classes, PairedComparison.SameClasses(declared, first).Second.Classes);
    }

    [Fact]
    public void Ids_that_pair_only_without_regard_to_case_and_zeros_are_said_in_one_note()
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        string[] ids = [.. Ids.Select((id, i) => i < 3 ? $"00{id}" : id)];
        Assert.Equal(1, Compare(Right(_ => true), new(TaskKind.Binary, ["n", "p"], ids, Truth, Truth)).Differences[0].Second);
        Assert.Equal(
            "3 ids of the second file found in the first without regard to case, leading zeros or the form of accents.", Assert.Single(notes));
        Compare(Right(_ => true), Right(_ => false));
        Assert.Single(notes);
    }

    private static PairedComparison Compare(Predictions first, Predictions second) => PairedComparison.Of(first, second, new SeededRandom(1));

    private static Predictions Right(Func<int, bool> right) =>
        new(TaskKind.Binary, ["n", "p"], Ids, Truth, [.. Truth.Select((t, i) => right(i) ? t : 1 - t)]);
}
