namespace EmbedKit.Notebooks.Session;

/// <summary>One thing a cell put out, in the order it did.</summary>
public abstract record CellOutput;

/// <summary>Console text.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text, newlines included.</param>
public sealed record StreamOutput(string Name, string Text) : CellOutput;

/// <summary>A value shown by <c>display</c>, or the value of the cell's last expression.</summary>
/// <param name="Data">The value by MIME type, the richest first; JSON types hold JSON text.</param>
/// <param name="IsResult">True for the last expression.</param>
public sealed record ValueOutput(IReadOnlyList<KeyValuePair<string, string>> Data, bool IsResult) : CellOutput
{
    /// <summary>Characters in all its types.</summary>
    internal long Length => Data.Sum(d => (long)d.Value.Length);

    /// <summary>The text of one MIME type, or null.</summary>
    /// <param name="mimeType">The type.</param>
    public string? this[string mimeType] => Data.FirstOrDefault(d => d.Key == mimeType).Value;
}

/// <summary>Why the cell failed; always its last output.</summary>
/// <param name="Name">The exception's type, or <c>CompilationError</c>.</param>
/// <param name="Message">What went wrong; compile errors one a line, as <c>(line,column): error CSxxxx: …</c>.</param>
/// <param name="Line">The 1-based line of the cell at fault; 0 when unknown.</param>
/// <param name="Trace">The stack, the cell's own frames as <c>cell:line N</c>.</param>
public sealed record ErrorOutput(string Name, string Message, int Line, IReadOnlyList<string> Trace) : CellOutput;
