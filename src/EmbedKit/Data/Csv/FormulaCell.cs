using System.Globalization;

namespace EmbedKit.Data.Csv;

/// <summary>
/// Cells that a spreadsheet would run as a formula (they begin with =, +, −, @, tab or a newline and are no number). Every CSV is written with an
/// apostrophe before them, which spreadsheets take as "this is text" and reading takes away again; a cell that already has apostrophes there gets
/// one more, so that what is written is what is read.
/// </summary>
internal static class FormulaCell
{
    /// <summary>The cell as it is written.</summary>
    internal static string Written(string cell) => Begins(cell, out var apostrophes) && (apostrophes > 0 || !IsNumber(cell)) ? "'" + cell : cell;

    /// <summary>The cell that was written so.</summary>
    internal static string Taken(string cell) => Begins(cell, out var apostrophes) && apostrophes > 0 ? cell[1..] : cell;

    private static bool Begins(string cell, out int apostrophes)
    {
        for (apostrophes = 0; apostrophes < cell.Length && cell[apostrophes] == '\'';)
        {
            apostrophes++;
        }

        return apostrophes < cell.Length && cell[apostrophes] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n';
    }

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
