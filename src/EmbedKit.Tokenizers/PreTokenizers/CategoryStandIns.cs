using System.Globalization;
using System.Text;

namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>
/// A text in which every character beyond U+FFFF is replaced by one below it of the same general category. .NET's regular expressions see
/// UTF-16 units, so that <c>\p{L}</c> would miss half of Unicode's letters; patterns ask for categories, and those the stand-ins have.
/// </summary>
internal sealed class CategoryStandIns
{
    // Letters, marks, digits and signs of scripts and blocks that no pattern singles out.
    private static readonly Dictionary<UnicodeCategory, char> StandIns =
        ("\uA79A\uA79B\u1FBC\uA788\uA840\uA806\uA823\uA670\uA8D0\uA6E6\uA830\uFE4D\uFE58"
            + "\uFE59\uFE5A\u2E0C\u2E0D\uA874\uFB29\uA838\uA700\uA828\uFFF9\uE000\uFFFE").ToDictionary(char.GetUnicodeCategory);

    private readonly int[]? _origins;

    internal CategoryStandIns(string text)
    {
        Text = text;
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return;
        }

        var (characters, origins, at) = (new StringBuilder(text.Length), new List<int>(text.Length), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            origins.Add(at);
            characters.Append(rune.IsBmp ? (char)rune.Value : StandIns[Rune.GetUnicodeCategory(rune)]);
            at += rune.Utf16SequenceLength;
        }

        origins.Add(at);
        (Text, _origins) = (characters.ToString(), [.. origins]);
    }

    /// <summary>One unit a character.</summary>
    internal string Text { get; }

    /// <summary>Where a place of <see cref="Text"/> lies in the original.</summary>
    internal int Original(int at) => _origins?[at] ?? at;
}
