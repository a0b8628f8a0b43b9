using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>The international clinical grade of diabetic retinopathy, 0 to 4, as the published labels.</summary>
internal static class Retinopathy
{
    /// <summary><c>label_dr_binary</c> (any retinopathy; the published DR_2) and <c>label_dr_3class</c> (none, 1 to 3, proliferative; DR_3) of
    /// grades.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="column">The column of grades; 1 and 1.0 are the same.</param>
    /// <exception cref="InputException">A cell is not a whole number from 0 to 4.</exception>
    internal static IReadOnlyList<(string Column, string[] Cells)> Labels(TextTable table, string column)
    {
        var grades = Grades(table, column);
        return [("label_dr_binary", [.. grades.Select(g => g > 0 ? "1" : "0")]),
            ("label_dr_3class", [.. grades.Select(g => g switch { 0 => "0", 4 => "2", _ => "1" })])];
    }

    /// <summary>The grades as whole numbers (N).</summary>
    internal static string[] Cells(TextTable table, string column) =>
        [.. Grades(table, column).Select(g => g.ToString(CultureInfo.InvariantCulture))];

    private static int[] Grades(TextTable table, string column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table.Number(column, row) is var grade and (0 or 1 or 2 or 3 or 4)
        ? (int)grade
        : throw new InputException($"{table.Source} row {table.FileRow(row)}: {column} is '{table[column][row]}'; expected a grade from 0 to 4."))];
}
