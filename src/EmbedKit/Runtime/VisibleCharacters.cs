using System.Globalization;

namespace EmbedKit.Runtime;

/// <summary>
/// Texts that come from outside (a class, a licence, a file's name), without what a terminal or a page would obey instead of showing: control
/// characters, and those that turn the reading direction.
/// </summary>
public static class VisibleCharacters
{
    private const int LongestName = 80, ShownBefore = 55, ShownBehind = 20;

    /// <summary>The text with U+FFFD in the place of each such character; tabs and ends of lines stay.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.All(IsHarmless) ? text : string.Create(text.Length, text, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = IsHarmless(from[i]) ? from[i] : '\ufffd';
            }
        });
    }

    /// <summary>Neither a control character (C0, delete, C1), nor one that turns the reading direction, nor another end of line.</summary>
    /// <param name="c">The character.</param>
    public static bool IsHarmless(char c) => c is '\n' or '\t' || (c == '\r' && OperatingSystem.IsWindows())
        || !(char.IsControl(c)
            || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f');

    /// <summary>The name of a class, group, id or value as readers see it in a sentence or a table: on one line, with numbers in the place of
    /// characters that look like a space or like nothing, or that a terminal obeys (<c>a\u00A0b</c>, <c>a\u000Ab</c>), and without the middle of a
    /// very long one.</summary>
    internal static string Escaped(string text)
    {
        var shown = string.Concat(text.Select(c => c != ' ' && (IsBlank(c) || char.IsControl(c)) ? $"\\u{(int)c:X4}" : c.ToString()));
        return shown.Length <= LongestName ? shown : $"{Whole(shown[..ShownBefore])}…{shown[^ShownBehind..].TrimStart()}";
    }

    /// <summary>Whether a character looks like a space or like nothing.</summary>
    internal static bool IsBlank(char c) => char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    private static string Whole(string start) => char.IsHighSurrogate(start[^1]) ? start[..^1] : start;
}
