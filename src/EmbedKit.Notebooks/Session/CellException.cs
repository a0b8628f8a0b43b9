namespace EmbedKit.Notebooks.Session;

/// <summary>A cell that fails for a reason of its own rather than by an exception of its code.</summary>
/// <param name="name">What kind of failure, shown as the error's name.</param>
/// <param name="message">What went wrong.</param>
/// <param name="line">The 1-based line of the cell; 0 when unknown.</param>
internal sealed class CellException(string name, string message, int line) : Exception(message)
{
    internal ErrorOutput ToOutput() => new(name, Message, line, []);
}
