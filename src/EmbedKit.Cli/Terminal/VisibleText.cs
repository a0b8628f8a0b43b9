using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary>
/// A terminal's writer that lets no control characters through: a licence, a file's name or an endpoint's message may hold sequences that clear
/// the screen, rename the window or turn the reading direction. Everything the command says goes through it.
/// </summary>
/// <param name="inner">Where the text goes.</param>
internal sealed class VisibleText(TextWriter inner) : TextWriter
{
    /// <summary>Clears the line the cursor is in: the one sequence that passes, as this very object, which no data can be.</summary>
    internal static readonly string ClearLine = new("\r\u001b[K".AsSpan());

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(VisibleCharacters.IsHarmless(value) ? value : '\ufffd');

    public override void Write(string? value) => inner.Write(ReferenceEquals(value, ClearLine) ? value : Of(value));

    public override void Write(char[] buffer, int index, int count) => inner.Write(Of(new string(buffer, index, count)));

    public override void WriteLine(string? value) => inner.WriteLine(Of(value));

    public override void Flush() => inner.Flush();

    /// <summary>The text as <see cref="VisibleCharacters"/> shows it.</summary>
    internal static string? Of(string? text) => text is null ? null : VisibleCharacters.Of(text);
}
