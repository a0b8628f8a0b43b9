using System.Globalization;
using Microsoft.Data.Analysis;

namespace EmbedKit.Data;

/// <summary>Tables as data frames, for grouping, joining and filtering in notebooks.</summary>
public static class TextTableFrames
{
    /// <summary>
    /// The table as a data frame. A column whose every filled cell is a number becomes a double column with null for empty cells; any other,
    /// and one without a filled cell, stays text.
    /// </summary>
    /// <param name="table">The table.</param>
    public static DataFrame ToDataFrame(this TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new(table.ColumnNames.Select((name, i) => Column(name, table.Columns[i])));
    }

    private static DataFrameColumn Column(string name, string[] cells)
    {
        var numbers = new double?[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length == 0)
            {
                continue;
            }

            if (!double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                return new StringDataFrameColumn(name, cells);
            }

            numbers[i] = value;
        }

        return numbers.All(n => n is null) ? new StringDataFrameColumn(name, cells) : new DoubleDataFrameColumn(name, numbers);
    }
}
