using System.Collections.Frozen;

namespace EmbedKit.Data.Cells;

/// <summary>Which cells hold nothing.</summary>
public static class MissingCell
{
    // What pandas reads as missing by default; the published preprocessing reads its tables so.
    private static readonly FrozenSet<string> Marks = new[]
    {
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a",
        "nan", "null",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a cell is empty or one of the marks that pandas 2.0 (which the published code names) reads as missing, such as <c>NA</c> and
    /// <c>NaN</c>.</summary>
    /// <param name="cell">The cell's text.</param>
    public static bool Is(string cell) => Marks.Contains(cell);
}
