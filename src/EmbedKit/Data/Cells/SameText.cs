using System.Globalization;
using EmbedKit.Tokenizers.Normalizers;

namespace EmbedKit.Data.Cells;

/// <summary>When two texts are one: what cannot be seen at their ends does not count, nor how an accented letter was typed.</summary>
public static class SameText
{
    private const int LongestName = 80, ShownBefore = 55, ShownBehind = 20;

    /// <summary>The text without blanks, byte order marks and zero-width characters at its ends.</summary>
    /// <param name="text">The text.</param>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>One text for all that are one: trimmed, in Unicode's composed form.</summary>
    public static string Of(string text) => UnicodeNormalization.Compose(Trim(text));

    /// <summary>
    /// One text for all that a reader can hardly tell apart: without regard to case, widths, digits of which script, kinds of dashes, quotes and
    /// blanks, what shows nothing, and quotes around the whole, which an export put there twice.
    /// </summary>
    public static string Folded(string text)
    {
        var plain = UnicodeNormalization.Compose(text, compatibility: true).ToUpperInvariant().Select(c => char.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.DashPunctuation => '-',
            UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation => '\'',
            UnicodeCategory.DecimalDigitNumber => (char)('0' + (int)char.GetNumericValue(c)),
            _ => c == '"' ? '\'' : c,
        }).Where(c => char.IsWhiteSpace(c) || !IsBlank(c));
        return string.Join(' ', string.Concat(plain).Trim('\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The name of a class, group, id or value as readers see it in a sentence or a table: on one line, with numbers in the place of
    /// characters that look like a space or like nothing, or that a terminal obeys (<c>a\u00A0b</c>, <c>a\u000Ab</c>), and without the middle of a
    /// very long one.</summary>
    public static string Escaped(string text)
    {
        var shown = string.Concat(text.Select(c => c != ' ' && (IsBlank(c) || char.IsControl(c)) ? $"\\u{(int)c:X4}" : c.ToString()));
        return shown.Length <= LongestName ? shown : $"{Whole(shown[..ShownBefore])}…{shown[^ShownBehind..].TrimStart()}";
    }

    /// <summary>The names of several, separated by commas.</summary>
    public static string Escaped(IEnumerable<string> texts) => string.Join(", ", texts.Select(Escaped));

    private static string Whole(string start) => char.IsHighSurrogate(start[^1]) ? start[..^1] : start;

    private static bool IsBlank(char c) => char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
