using System.Globalization;
using System.Text;

namespace EmbedKit.Embedding.Tokenization;

/// <summary>
/// Unicode's full lower case, as Python's <c>str.lower()</c> and JavaScript's <c>toLowerCase()</c> have it: İ becomes two characters, and a
/// capital sigma that ends a word becomes ς. .NET's own mapping is one to one.
/// </summary>
internal static class LowerCase
{
    private const int CapitalSigma = 0x3A3;

    internal static string Of(string text)
    {
        var lower = new StringBuilder(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                0x130 => lower.Append("i\u0307"),
                CapitalSigma when EndsWord(text, at) => lower.Append('ς'),
                _ => lower.Append(Rune.ToLowerInvariant(rune)),
            };
            at += rune.Utf16SequenceLength;
        }

        return lower.ToString();
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before and none after, characters without case of their own passed over.</summary>
    private static bool EndsWord(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsIgnorable(text, before))
        {
            before--;
        }

        var after = at + 1;
        while (after < text.Length && IsIgnorable(text, after))
        {
            after++;
        }

        return before >= 0 && IsCased(text, before) && !(after < text.Length && IsCased(text, after));
    }

    private static bool IsCased(string text, int at) => text[at] is 'ª' or 'º' or (>= '\u2160' and <= '\u217F') or (>= '\u24B6' and <= '\u24E9')
        || CategoryAt(text, at) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnorable(string text, int at) => text[at] is '\'' or '.' or ':' or '\u00B7' or '\u2018' or '\u2019' or '\u2024' or '\u2027'
        || CategoryAt(text, at) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    /// <summary>The category of the character that begins or ends at a code unit.</summary>
    private static UnicodeCategory CategoryAt(string text, int at)
    {
        var start = at > 0 && char.IsLowSurrogate(text[at]) ? at - 1 : at;
        return CharUnicodeInfo.GetUnicodeCategory(text, start);
    }
}
