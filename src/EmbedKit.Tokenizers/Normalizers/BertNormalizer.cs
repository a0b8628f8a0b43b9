using System.Globalization;
using System.Text;

namespace EmbedKit.Tokenizers.Normalizers;

/// <summary>BERT's cleaning (Devlin et al. 2019), as Hugging Face's <c>BertNormalizer</c> does it. Every flag as in <c>tokenizer.json</c>.</summary>
internal sealed record BertNormalizer
{
    /// <summary>Drop control characters, write every white space as a space.</summary>
    internal bool CleanText { get; init; } = true;

    /// <summary>Set CJK ideographs apart by spaces.</summary>
    internal bool SeparateCjk { get; init; } = true;

    /// <summary>Drop accents; null: where <see cref="LowerCase"/> is on.</summary>
    internal bool? StripAccents { get; init; }

    /// <summary>Lower case.</summary>
    internal bool LowerCase { get; init; } = true;

    internal string Apply(string text)
    {
        text = CleanText ? Clean(text) : text;
        text = SeparateCjk ? Separate(text) : text;
        if (StripAccents ?? LowerCase)
        {
            text = Characters.Without(UnicodeNormalization.Decompose(text), r => Rune.GetUnicodeCategory(r) == UnicodeCategory.NonSpacingMark);
        }

        return LowerCase ? Normalizers.LowerCase.Of(text) : text;
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r')
            {
                clean.Append(' ');
            }
            else if (rune.Value is not (0 or 0xFFFD) && !IsControl(rune))
            {
                _ = Characters.IsSpace(rune) ? clean.Append(' ') : clean.Append(rune);
            }
        }

        return clean.ToString();
    }

    private static string Separate(string text)
    {
        var separated = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = IsCjk(rune.Value) ? separated.Append(' ').Append(rune).Append(' ') : separated.Append(rune);
        }

        return separated.ToString();
    }

    private static bool IsControl(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;

    // Hugging Face's ranges: extension E begins at 2B920 there, at 2B820 in Unicode.
    private static bool IsCjk(int rune) => rune is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
