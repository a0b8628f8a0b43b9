namespace EmbedKit.Data.Cells;

/// <summary>What counts as not known: what pandas reads as missing, and the words by which tables and templates say so. Case does not
/// matter.</summary>
internal static class UnknownCell
{
    private static readonly HashSet<string> Words = new(
        StringComparer.OrdinalIgnoreCase) { "none", "unknown", "?", "-", "no data reported", "not reported" };

    internal static bool Is(string cell) => SameText.Trim(cell) is var trimmed && (MissingCell.Is(trimmed) || Words.Contains(trimmed));
}
