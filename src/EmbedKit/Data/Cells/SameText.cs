using System.Globalization;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers.Normalizers;

namespace EmbedKit.Data.Cells;

/// <summary>When two texts are one: what cannot be seen at their ends does not count, nor how an accented letter was typed.</summary>
public static class SameText
{
    /// <summary>The text without blanks, byte order marks and zero-width characters at its ends.</summary>
    /// <param name="text">The text.</param>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && VisibleCharacters.IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && VisibleCharacters.IsBlank(text[end - 1]))
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
        }).Where(c => char.IsWhiteSpace(c) || !VisibleCharacters.IsBlank(c));
        return string.Join(' ', string.Concat(plain).Trim('\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <inheritdoc cref="VisibleCharacters.Escaped"/>
    public static string Escaped(string text) => VisibleCharacters.Escaped(text);

    /// <summary>The names of several, separated by commas.</summary>
    public static string Escaped(IEnumerable<string> texts) => string.Join(", ", texts.Select(Escaped));
}
