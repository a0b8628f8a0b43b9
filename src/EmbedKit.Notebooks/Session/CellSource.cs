namespace EmbedKit.Notebooks.Session;

/// <summary>The text of a cell, whose parts the engine runs one by one, each without its place.</summary>
/// <param name="File">What stack traces call it.</param>
/// <param name="Code">The text.</param>
/// <param name="Path">The notebook it was imported from; null for a cell of the session.</param>
internal sealed record CellSource(string File, string Code, string? Path = null)
{
    private int _at;

    /// <summary>The 0-based line on which the next part stands.</summary>
    internal int LineOf(string part)
    {
        var found = Math.Max(0, Code.IndexOf(part, _at, StringComparison.Ordinal));
        _at = Math.Min(Code.Length, found + part.Length);
        return Code.AsSpan(0, found).Count('\n');
    }
}
