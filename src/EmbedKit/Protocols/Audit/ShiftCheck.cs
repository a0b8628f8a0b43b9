using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Data.Splits;

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

/// <summary>Finds columns in which the sides of a split differ.</summary>
internal static class ShiftCheck
{
    // Large enough to move a score, and rarer than once in a thousand tables whose groups were drawn at random (of some hundred shares compared).
    private const double LeastDifference = 0.05, LeastErrors = 4.5;

    internal static ShiftFinding[] Find(AuditTable table, Split[] splits)
    {
        string[] groups = [.. table.Groups.Select(g => g.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        return [.. SplitLikeness.Largest(table.Table, groups, splits, table.RoleColumns)
            .Where(d => d.Difference >= LeastDifference && d.StandardErrors >= LeastErrors).Select(d => Finding(d))];
    }

    private static ShiftFinding Finding(SideDifference d) => new(
        d.Column, d.Value, d.Side.Text(), d.Share, d.Whole, d.Distance,
        FormattableString.Invariant(
            $"{d.Column}: {SameText.Escaped(d.Value)} is {100 * d.Share:0.#} % of {d.Side.Text()} rows and {100 * d.Whole:0.#} % of all rows; ") +
        FormattableString.Invariant($"over all its values {100 * d.Distance:0.#} % of the side would have to be other rows. ") +
        $"A score on {d.Side.Text()} rows that is 10 points higher on some values of {d.Column} than on the others can be off by up to " +
        FormattableString.Invariant($"{10 * d.Distance:0.#} points from the score on a side like the whole."),
        "Draw the split again with embedkit data split, which keeps classes, sizes of groups and such columns alike; until then compare no score "
            + "with one from another split.");
}
