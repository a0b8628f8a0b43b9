using System.Text;

namespace EmbedKit.Tokenizers.Normalizers;

/// <summary>
/// Unicode's lower case character by character, as Hugging Face's tokenizers have it: İ becomes two characters, where .NET's own mapping is
/// one to one; a capital sigma is σ everywhere, also at the end of a word.
/// </summary>
internal static class LowerCase
{
    internal static string Of(string text)
    {
        var lower = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value == 0x130 ? lower.Append("i\u0307") : lower.Append(Rune.ToLowerInvariant(rune));
        }

        return lower.ToString();
    }
}
