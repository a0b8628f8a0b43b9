using Deedle;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using Microsoft.Data.Analysis;

namespace EmbedKit.Charts;

/// <summary>
/// Tables as data frames, for grouping, joining and pivoting in notebooks. A column whose every filled cell is a number that survives the way
/// back to text becomes a column of doubles; any other, and one without a filled cell, stays text. So long ids, codes with leading zeros, plates
/// such as 1e5 and versions such as 1.10 stay what they are. Empty cells are missing values in both; image_id and group_id stay text.
/// </summary>
public static class TextTableFrames
{
    /// <summary>The table as a Microsoft.Data.Analysis frame of N rows; missing values are null.</summary>
    /// <param name="table">The table.</param>
    public static DataFrame ToDataFrame(this TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new(table.ColumnNames.Select((name, i) => Numbers(name, table.Columns[i]) is { } numbers
            ? (DataFrameColumn)new DoubleDataFrameColumn(name, numbers)
            : new StringDataFrameColumn(name, Texts(table.Columns[i]))));
    }

    /// <summary>The table as a Deedle frame; its row keys are 0…N−1.</summary>
    /// <param name="table">The table.</param>
    public static Frame<int, string> ToFrame(this TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        int[] keys = [.. Enumerable.Range(0, table.RowCount)];
        var frame = new FrameBuilder.Columns<int, string>();
        for (var i = 0; i < table.ColumnNames.Count; i++)
        {
            var (name, cells) = (table.ColumnNames[i], table.Columns[i]);
            frame.Add(name, Numbers(name, cells) is { } numbers
                ? new Series<int, double>(keys, [.. numbers.Select(n => n ?? double.NaN)])
                : new Series<int, string?>(keys, Texts(cells)));
        }

        return frame.Frame;
    }

    private static string?[] Texts(string[] cells) => [.. cells.Select(c => c.Length == 0 ? null : c)];

    /// <summary>The cells as numbers, null where empty; or null when they are not all numbers.</summary>
    private static double?[]? Numbers(string name, string[] cells)
    {
        if (name is LabelledDataset.IdColumn or LabelledDataset.GroupColumn)
        {
            return null;
        }

        var numbers = new double?[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length > 0 && (numbers[i] = NumberCell.Parse(cells[i])) is null)
            {
                return null;
            }
        }

        return numbers.All(n => n is null) ? null : numbers;
    }
}
