namespace EmbedKit.Protocols.Audit;

/// <summary>How tables write that something is not known.</summary>
internal static class MissingCell
{
    private static readonly HashSet<string> Written = new(StringComparer.OrdinalIgnoreCase) { "", "na", "n/a", "nan", "null", "none", "unknown", "?", "-", "no data reported", "not reported" };

    internal static bool Is(string cell) => Written.Contains(cell.Trim());
}
