using System.Globalization;
using EmbedKit.Data.Cells;

namespace EmbedKit.Data;

/// <summary>A field as a small number of values: categories as they are, numbers in ten equally filled ranges, empty cells as a value of their
/// own.</summary>
internal sealed class FieldCodes
{
    private const int MostValues = 50, Ranges = 10, FewestDistinctNumbers = 20;

    // What names a row, its group or its side, and free text.
    private static readonly HashSet<string> NotCompared = new(
        [LabelledDataset.IdColumn, LabelledDataset.PathColumn, LabelledDataset.TextColumn, LabelledDataset.PublishedTextColumn,
            LabelledDataset.GroupColumn, LabelledDataset.SplitColumn, LabelledDataset.PublishedSplitColumn, .. IdColumn.Usual],
        StringComparer.Ordinal);

    private FieldCodes(string name, int[] ofRow, string[] values, bool[] missing, double[]? numbers) =>
        (Name, OfRow, Values, Missing, Numbers) = (name, ofRow, values, missing, numbers);

    internal string Name { get; }

    /// <summary>The value of each row, a position in <see cref="Values"/>.</summary>
    internal int[] OfRow { get; }

    internal string[] Values { get; }

    /// <summary>Which rows are empty.</summary>
    internal bool[] Missing { get; }

    /// <summary>The number in each row, NaN where empty; null where the field is not numeric.</summary>
    internal double[]? Numbers { get; }

    /// <summary>The columns of a table in which the sides of a split are made alike, and compared.</summary>
    /// <param name="table">The table; null has none.</param>
    /// <param name="except">Columns left out beside ids, groups, texts and splits.</param>
    internal static IEnumerable<FieldCodes> OfSides(TextTable? table, params IEnumerable<string> except) => table is null ? [] : table.ColumnNames
        .Where(name => !NotCompared.Contains(name) && !except.Contains(name, StringComparer.Ordinal))
        .Select(name => Read(name, table[name])).OfType<FieldCodes>();

    /// <summary>Reads a column; null where it holds one value only, or free text or ids, which no other row shares.</summary>
    internal static FieldCodes? Read(string name, string[] cells)
    {
        cells = [.. cells.Select(SameText.Of)];
        bool[] missing = [.. cells.Select(UnknownCell.Is)];
        var numbers = ReadNumbers(cells, missing);
        var counts = cells.Where((_, r) => !missing[r]).GroupBy(c => c, StringComparer.Ordinal).Select(g => (Cell: g.Key, Count: g.Count()))
            .OrderByDescending(g => g.Count).ThenBy(g => g.Cell, StringComparer.Ordinal).ToArray();
        var filled = missing.Count(m => !m);
        var numeric = numbers is not null && counts.Length > FewestDistinctNumbers;
        if (counts.Length + (filled < cells.Length ? 1 : 0) < 2 || (!numeric && counts.Length > Math.Max(FewestDistinctNumbers, filled / 2)))
        {
            return null;
        }

        var (codes, values) = numeric ? Bins(numbers!) : Categories(cells, counts.Select(c => c.Cell));
        if (filled < cells.Length)
        {
            values.Add("(empty)");
            for (var r = 0; r < codes.Length; r++)
            {
                codes[r] = missing[r] ? values.Count - 1 : codes[r];
            }
        }

        return new(name, codes, [.. values], missing, numbers);
    }

    private static double[]? ReadNumbers(string[] cells, bool[] missing)
    {
        var (numbers, bad, filled) = (new double[cells.Length], 0, 0);
        for (var r = 0; r < cells.Length; r++)
        {
            numbers[r] = double.NaN;
            if (!missing[r])
            {
                filled++;
                var cell = cells[r].Contains('.', StringComparison.Ordinal) ? cells[r] : cells[r].Replace(',', '.');
                bad += double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[r]) && double.IsFinite(numbers[r]) ? 0 : 1;
            }
        }

        // BRSET writes 'Não' and the letter O among years of diabetes: a few words do not make a column of numbers text.
        return filled > 0 && 20 * bad <= filled ? numbers : null;
    }

    private static (int[] Codes, List<string> Values) Bins(double[] numbers)
    {
        double[] sorted = [.. numbers.Where(double.IsFinite).Order()];
        double[] edges = [.. Enumerable.Range(1, Ranges - 1).Select(b => sorted[b * sorted.Length / Ranges]).Distinct()];
        int Bin(double number)
        {
            var at = Array.BinarySearch(edges, number);
            return at >= 0 ? at + 1 : ~at;
        }

        string Edge(int e) => edges[e].ToString("0.####", CultureInfo.InvariantCulture);
        return ([.. numbers.Select(v => double.IsFinite(v) ? Bin(v) : 0)],
            [.. Enumerable.Range(0, edges.Length + 1)
                .Select(b => b == 0 ? $"< {Edge(0)}" : b == edges.Length ? $"≥ {Edge(b - 1)}" : $"{Edge(b - 1)} … {Edge(b)}")]);
    }

    private static (int[] Codes, List<string> Values) Categories(string[] cells, IEnumerable<string> byCount)
    {
        var values = byCount.Take(MostValues).ToList();
        var index = values.Select((v, i) => (v, i)).ToDictionary(v => v.v, v => v.i, StringComparer.Ordinal);
        int[] codes = [.. cells.Select(c => index.GetValueOrDefault(c, values.Count))];
        if (codes.Contains(values.Count))
        {
            values.Add("(others)");
        }

        return (codes, values);
    }
}
