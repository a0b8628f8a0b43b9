using System.Globalization;
using System.Text;

namespace EmbedKit.Tokenizers.Normalizers;

/// <summary>Which characters are what, as Hugging Face's tokenizers see it.</summary>
internal static class Characters
{
    /// <summary>Unicode's White_Space: <c>char::is_whitespace</c> in Rust, <c>\s</c> in its patterns.</summary>
    internal static bool IsSpace(Rune rune) => Rune.IsWhiteSpace(rune);

    /// <summary>General category N: decimal digits, letter numbers, fractions.</summary>
    internal static bool IsNumber(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Punctuation, with ASCII's symbols counted in.</summary>
    internal static bool IsPunctuation(Rune rune) => IsAsciiPunctuation(rune.Value) || Rune.IsPunctuation(rune);

    /// <summary>ASCII's punctuation and symbols: Python's <c>string.punctuation</c>.</summary>
    internal static bool IsAsciiPunctuation(int rune) =>
        rune is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');

    /// <summary>General category M.</summary>
    internal static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary><c>\w</c>: letters and what belongs to them, digits, connectors, joiners.</summary>
    internal static bool IsWord(Rune rune) => Rune.IsLetter(rune) || IsMark(rune) || rune.Value is (>= 0x24B6 and <= 0x24E9) or 0x200C or 0x200D
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary>The text without the characters that a test picks.</summary>
    internal static string Without(string text, Func<Rune, bool> removed)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!removed(rune))
            {
                kept.Append(rune);
            }
        }

        return kept.ToString();
    }

    /// <summary>The text without white space at either end.</summary>
    internal static string Trim(string text, bool left, bool right)
    {
        var (start, end) = (0, text.Length);
        while (left && start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (right && end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }
}
