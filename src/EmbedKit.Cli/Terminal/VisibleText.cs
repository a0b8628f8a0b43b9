using System.Text;

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

    public override void Write(char value) => inner.Write(IsHarmless(value) ? value : '\ufffd');

    public override void Write(string? value) => inner.Write(ReferenceEquals(value, ClearLine) ? value : Of(value));

    public override void Write(char[] buffer, int index, int count) => inner.Write(Of(new string(buffer, index, count)));

    public override void WriteLine(string? value) => inner.WriteLine(Of(value));

    public override void Flush() => inner.Flush();

    /// <summary>The text with each control character replaced by U+FFFD; tabs and ends of lines stay.</summary>
    internal static string? Of(string? text) => text is null || text.All(IsHarmless)
        ? text
        : string.Create(text.Length, text, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = IsHarmless(from[i]) ? from[i] : '\ufffd';
            }
        });

    /// <summary>Neither a control character (C0, delete, C1), nor one that turns the reading direction, nor another end of line.</summary>
    private static bool IsHarmless(char c) => c is '\n' or '\t' || (c == '\r' && OperatingSystem.IsWindows())
        || !(char.IsControl(c)
            || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f');
}
