using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>A column whose shares differ between a side of the split and the whole table by more than chance: no leak, but the side measures another
/// population.</summary>
/// <param name="Column">The column, or <see cref="SplitLikeness.GroupSize"/>.</param>
/// <param name="Value">The value whose share differs most.</param>
/// <param name="Split">The side: <c>train</c>, <c>val</c> or <c>test</c>.</param>
/// <param name="Share">The value's share of the side's rows, 0…1.</param>
/// <param name="Whole">Its share of all rows, 0…1.</param>
/// <param name="Distance">The share of the side's rows that would have to be others for the whole column to look like the table (total variation),
/// 0…1.</param>
/// <param name="Explanation">What it is and what it may do to a score.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ShiftFinding(
    string Column, string Value, string Split, double Share, double Whole, double Distance, string Explanation, string Remedy);

/// <summary>Finds columns in which the sides of a split differ, and classes that nothing can be learned of.</summary>
internal static class ShiftCheck
{
    // Large enough to move a score, and rarer than once in a thousand tables whose groups were drawn at random (of some hundred shares compared).
    private const double LeastDifference = 0.05, LeastErrors = 4.5;

    // Some dozens of groups differ by chance, and never by so many errors: that a side is far off is then said where a better split can be had,
    // unless the side is a handful of rows.
    private const double GrossDifference = 0.3;
    private const int FewestRows = 10;

    internal static ShiftFinding[] Find(AuditTable table, IReadOnlyList<LabelTarget> targets, Split[] splits, SeededRandom random)
    {
        string[] groups = [.. table.Groups.Select(g => g.ToString(CultureInfo.InvariantCulture))];
        var all = SplitLikeness.All(table.Table, groups, splits, table.RoleColumns).Where(d => d.Difference >= LeastDifference).ToArray();
        var certain = Worst(all.Where(d => d.StandardErrors >= LeastErrors));
        var gross = Worst(all.Where(d => d.Difference >= GrossDifference && d.SideRows >= FewestRows))
            .Where(d => !certain.Any(c => c.Column == d.Column)).ToArray();
        var nearer = gross.Length > 0 && Redrawn(table, groups, splits, random) is { } redrawn
            ? SplitLikeness.Largest(table.Table, groups, redrawn, table.RoleColumns).ToDictionary(d => d.Column, d => d.Difference) : [];
        return
        [
            .. targets.Select(t => Unlearned(t, splits)).OfType<ShiftFinding>(),
            .. targets.SelectMany(t => Unmeasured(t, splits)),
            .. certain.Select(d => Finding(d, "")),
            .. gross.Where(d => nearer.GetValueOrDefault(d.Column, double.NaN) <= d.Difference / 2).Select(d => Finding(
                d, " With so few groups this may be chance, but another split of them comes within "
                    + FormattableString.Invariant($"{100 * nearer[d.Column]:0.#} points in this column."))),
        ];
    }

    /// <summary>Of each column the worst value of each side that is measured on, or of training where none is off; the largest first.</summary>
    private static SideDifference[] Worst(IEnumerable<SideDifference> differences) =>
        [.. from column in differences.GroupBy(d => d.Column)
            let measured = column.Where(d => d.Side != Split.Train).ToArray()
            from side in (measured.Length > 0 ? measured : [.. column]).GroupBy(d => d.Side)
            select side.MaxBy(d => d.Difference)! into worst
            orderby worst.Difference descending
            select worst];

    /// <summary>The same groups by the kit's own split, in the shares that the sides have; null where groups are cut or fewer than sides.</summary>
    private static Split[]? Redrawn(AuditTable table, string[] groups, Split[] splits, SeededRandom random)
    {
        double Share(Split side) => splits.Count(s => s == side) / (double)splits.Length;
        var sides = splits.Distinct().Count();
        return sides < 2 || Share(Split.Train) == 0 || Share(Split.Test) == 0 || table.GroupCount < sides
                || GroupOverlap.Cut(groups, splits).Length > 0
            ? null
            : GroupedSplit.Assign(
                groups, CellMeaning.Values(table.Table[table.Labels[0]]),
                new() { TestFraction = Share(Split.Test), ValidationFraction = Share(Split.Validation) }, random, table.Table);
    }

    /// <summary>Classes that have rows, but none for training, however few they are.</summary>
    private static ShiftFinding? Unlearned(LabelTarget target, Split[] splits)
    {
        var learned = target.Rows.Where(r => splits[r] == Split.Train).Select(r => target.OfRow[r]).ToHashSet();
        var missing = target.Rows.Where(r => !learned.Contains(target.OfRow[r])).GroupBy(r => target.OfRow[r])
            .OrderByDescending(c => c.Count()).ThenBy(c => c.Key).ToArray();
        if (learned.Count == 0 || missing.Length == 0)
        {
            return null;
        }

        var rows = missing.Sum(c => c.Count());
        var whole = rows / (double)target.Rows.Length;
        var names = SameText.Escaped(missing.Take(5).Select(c => target.Classes[c.Key])) + (missing.Length > 5 ? ", …" : "");
        return new(
            target.Column, target.Classes[missing[0].Key], Split.Train.Text(), 0, missing[0].Count() / (double)target.Rows.Length, whole,
            $"{target.Column}: {NumberText.Count(missing.Length, "class has", "classes have")} no training row ({names}), and "
                + $"{NumberText.Count(rows, "row")} on other sides: no model can learn {(missing.Length == 1 ? "it" : "them")}, and each such row "
                + "is an error.",
            "Draw the split again with embedkit data split, which puts a class of two groups or more into training; leave out a class of one group, "
                + "or join it to another.");
    }

    /// <summary>Classes that test rows lack although they are no rare ones.</summary>
    private static IEnumerable<ShiftFinding> Unmeasured(LabelTarget target, Split[] splits)
    {
        var rows = target.Rows.Where(r => splits[r] == Split.Test).ToArray();
        var there = rows.Select(r => target.OfRow[r]).ToHashSet();
        var shares = target.Rows.CountBy(r => target.OfRow[r]).Select(c => (Class: c.Key, Share: c.Value / (double)target.Rows.Length)).ToArray();
        return rows.Length < FewestRows ? []
            : from c in shares.Where(c => c.Share >= SideShares.Frequent && !there.Contains(c.Class)).OrderByDescending(c => c.Share)
              let name = SameText.Escaped(target.Classes[c.Class])
              select new ShiftFinding(
                  target.Column, target.Classes[c.Class], Split.Test.Text(), 0, c.Share,
                  shares.Where(s => !there.Contains(s.Class)).Sum(s => s.Share),
                  FormattableString.Invariant($"{target.Column}: {name} is {100 * c.Share:0.#} % of all rows, and no test row has it: ")
                      + "nothing is measured of it, and a mean over the other classes is another measure.",
                  "Draw the split again with embedkit data split; where that gives the same, too few groups have the class: measure over "
                      + "folds (data split --folds).");
    }

    private static ShiftFinding Finding(SideDifference d, string chance) => new(
        d.Column, d.Value, d.Side.Text(), d.Share, d.Whole, d.Distance,
        FormattableString.Invariant(
            $"{d.Column}: {SameText.Escaped(d.Value)} is {100 * d.Share:0.#} % of {d.Side.Text()} rows and {100 * d.Whole:0.#} % of all rows; ") +
        FormattableString.Invariant($"over all its values {100 * d.Distance:0.#} % of the side would have to be other rows. ") +
        $"A score on {d.Side.Text()} rows that is 10 points higher on some values of {d.Column} than on the others can be off by up to " +
        FormattableString.Invariant($"{10 * d.Distance:0.#} points from the score on a side like the whole.") + chance,
        "Draw the split again with embedkit data split, which keeps classes, sizes of groups and such columns alike; until then compare no score "
            + "with one from another split.");
}
