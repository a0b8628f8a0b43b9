namespace EmbedKit.Data.Splits;

/// <summary>Where a column's shares on one side of a split differ most from the whole table.</summary>
/// <param name="Column">The column, or <see cref="SplitLikeness.GroupSize"/>.</param>
/// <param name="Value">The value whose share differs most.</param>
/// <param name="Side">The side.</param>
/// <param name="Share">The value's share of the side's rows, 0…1.</param>
/// <param name="Whole">Its share of all rows, 0…1.</param>
/// <param name="Distance">How much of the side would have to be other rows for all values of the column to have their share of the whole: the total
/// variation, 0…1.</param>
/// <param name="StandardErrors">The difference in standard errors of whole groups drawn at random (of rows, where the split cuts groups).</param>
/// <param name="SideRows">Rows of the side.</param>
public sealed record SideDifference(
    string Column, string Value, Split Side, double Share, double Whole, double Distance, double StandardErrors, int SideRows)
{
    /// <summary>How far apart the shares are, 0…1.</summary>
    public double Difference => Math.Abs(Share - Whole);
}

/// <summary>How much the sides of a split look like the whole table. A side that does not measures another population.</summary>
public static class SplitLikeness
{
    /// <summary>The name under which sizes of groups are compared.</summary>
    public const string GroupSize = "rows of the group";

    /// <summary>The largest difference of each column, the largest first; of equal ones that of the test rows.</summary>
    /// <param name="table">Rows (N). Columns of few values, and numbers in ten ranges, are compared; ids, texts and splits are not.</param>
    /// <param name="groups">The group of each row (N); each row its own where there are none.</param>
    /// <param name="split">The side of each row (N).</param>
    /// <param name="except">Columns that are not compared: ids, groups, texts and splits under other names than the kit's.</param>
    /// <returns>One entry a column. Values of too few groups to be expected on a side are left out there.</returns>
    public static IReadOnlyList<SideDifference> Largest(
        TextTable table, IReadOnlyList<string> groups, IReadOnlyList<Split> split, IReadOnlyList<string> except) =>
        [.. All(table, groups, split, except).GroupBy(d => d.Column).Select(c => c.MaxBy(d => d.Difference)!).OrderByDescending(d => d.Difference)];

    /// <summary>Every value of every column on every side, the test rows first: columns as they stand in the table, sizes of groups last.</summary>
    internal static IEnumerable<SideDifference> All(
        TextTable table, IReadOnlyList<string> groups, IReadOnlyList<Split> split, IReadOnlyList<string> except)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(except);
        var (groupOfRow, count) = GroupProfiles.Codes(groups);
        var sides = split.Distinct().OrderBy(side => side != Split.Test).ThenBy(side => side)
            .Select(side => new SideRows(side, [.. Enumerable.Range(0, split.Count).Where(r => split[r] == side)])).ToArray();
        var size = GroupProfiles.RowsOf(groupOfRow, count);
        var sizes = FieldCodes.Read(GroupSize, [.. groupOfRow.Select(g => size[g].ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        // Where groups are cut, it was rows that were drawn.
        var drawn = GroupOverlap.Cut(groups, split).Length > 0 ? [.. Enumerable.Range(0, split.Count)] : groupOfRow;
        var drawnSize = drawn == groupOfRow ? size : [.. Enumerable.Repeat(1, split.Count)];
        return FieldCodes.OfSides(table, except).Append(sizes).OfType<FieldCodes>()
            .SelectMany(column => sides.Length < 2 ? [] : OfColumn(column, drawn, drawnSize, sides));
    }

    private static IEnumerable<SideDifference> OfColumn(FieldCodes column, int[] groupOfRow, int[] size, SideRows[] sides)
    {
        var rows = column.OfRow.Length;
        var inGroup = column.OfRow.Zip(groupOfRow).CountBy(pair => pair)
            .ToLookup(pair => pair.Key.First, pair => (Group: pair.Key.Second, Rows: pair.Value));
        double[] whole = [.. GroupProfiles.RowsOf(column.OfRow, column.Values.Length).Select(n => n / (double)rows)];
        foreach (var (side, of) in sides)
        {
            double[] share = [.. GroupProfiles.RowsOf(of.Select(r => column.OfRow[r]), whole.Length).Select(n => n / (double)of.Length)];
            var distance = share.Zip(whole, (own, all) => Math.Abs(own - all)).Sum() / 2;
            foreach (var value in Enumerable.Range(0, whole.Length).Where(v => inGroup[v].Count() >= 0.5 * rows / of.Length))
            {
                var error = Error(inGroup[value], whole[value], size, of.Length, rows);
                var difference = Math.Abs(share[value] - whole[value]);
                yield return new(
                    column.Name, column.Values[value], side, share[value], whole[value], distance, error > 0 ? difference / error : 0, of.Length);
            }
        }
    }

    /// <summary>The standard error of a value's share on a side to which whole groups come at random: the ratio estimator of a sample of clusters
    /// without return.</summary>
    private static double Error(IEnumerable<(int Group, int Rows)> holders, double whole, int[] size, int rowsOfSide, int rows)
    {
        // Groups that lack the value are off by the share of their size.
        var squares = whole * whole * size.Sum(n => (double)n * n);
        foreach (var (group, held) in holders)
        {
            squares += Math.Pow(held - (whole * size[group]), 2) - Math.Pow(whole * size[group], 2);
        }

        var sampled = rowsOfSide / (double)rows;
        return Math.Sqrt(sampled * (1 - sampled) * squares) / rowsOfSide;
    }

    private sealed record SideRows(Split Side, int[] Rows);
}
