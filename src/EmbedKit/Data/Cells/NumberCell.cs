using System.Globalization;

namespace EmbedKit.Data.Cells;

/// <summary>The rule by which a cell counts as a number where nobody said what its column holds.</summary>
public static class NumberCell
{
    /// <summary>
    /// The number, where writing it gives the cell's very text again: in the shortest form that reads back (<c>0.5</c>, <c>1E-07</c>), or as Python
    /// writes it (<c>12.0</c>, <c>1e-07</c>). Null for anything else, such as ids too long for a double, leading zeros, <c>+1</c>, <c>1.10</c>,
    /// <c>1e5</c>, <c>-0</c>, NaN and blanks.
    /// </summary>
    /// <param name="cell">The cell's text.</param>
    public static double? Parse(string cell)
    {
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            return null;
        }

        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var survives = cell != "-0"
            && (cell.Equals(shortest, StringComparison.OrdinalIgnoreCase)
                || (cell.EndsWith(".0", StringComparison.Ordinal) && cell[..^2] == shortest));
        return survives ? value : null;
    }
}
