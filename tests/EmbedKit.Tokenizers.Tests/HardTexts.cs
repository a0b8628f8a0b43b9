using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Texts made of everything that tokenizers find hard.</summary>
internal static class HardTexts
{
    private static readonly string[] Parts =
    [
        "lesion", "Lesion", "MELANOMA", "melanocytic nevus", "a photo of a cat", "it's", "WE'LL", "don't", "I'VE", "'s", "''",
        "the", "of", "zzxq", "a", "B",
        " ", " ", " ", "  ", "   ", "\n", "\r\n", "\t", "\u000b", "\u0085", "\u00a0", "\u2003", "\u2028", "\u3000", "\ufeff",
        "\u200b", "\u200d", "\u00ad", "\u0001", "\u007f", "\u0000", "\ufffd",
        "0", "7", "42", "2024", "3.14", "½", "²", "Ⅷ", "٣", "१२", "①", "1,000",
        "!", "?", "...", "!!!", "-", "—", "“", "”", "…", "_", "#", "$", "€", "<", ">", "|", "\\", "/", "(", ")", "[", "]", "{",
        "}", "~", "`", "^", "+", "=", "%", "&", "@", ";", ":", ",", "\"", "'", "’",
        "é", "e\u0301", "ü", "ñ", "ç", "ß", "ẞ", "İ", "ı", "Σ", "ΟΔΟΣ", "σς", "ﬁ", "ﬀ", "Å", "ǆ", "Ω", "Å", "a\u0327\u0301",
        "q\u0307\u0323", "\u0301", "ø", "Þ", "ſ", "K",
        "中文", "你好世界", "日本語", "ｶﾞ", "カ\u3099", "한국", "각", "ไทย", "ภาษา", "हिन्दी", "বাংলা", "עברית", "שָׁלוֹם", "العربية", "ﷺ",
        "Привет", "Здравствуй", "Ελλάδα", "ქართული", "አማርኛ",
        "😀", "👩‍⚕️", "👍🏽", "🇨🇭", "🏳️‍🌈", "❤️", "1️⃣", "𝐀𝐛", "𝟙", "𐐀", "𠀀", "𞤀", "🜁", "☃", "♥", "→", "∑", "©", "™", "㎏", "㍿", "ａＢｃ",
        "！", "①",
        "▁", "▁a", "Ġ", "Ċ", "</w>", "##", "##ing", "<s>", "</s>", "<unk>", "<pad>", "<0x0A>", "<|startoftext|>",
        "<|endoftext|>", "<|ENDOFTEXT|>", "<|begin_of_text|>", "[CLS]", "[SEP]", "[MASK]", "[UNK]", "[mask]", "<image>",
        " <image> ", "NEVUS", "nevusnevus",
    ];

    private static readonly (int First, int Last)[] Blocks =
    [
        (0x00, 0x1F), (0x20, 0x7E), (0x80, 0x9F), (0xA0, 0x24F), (0x250, 0x2AF), (0x300, 0x36F), (0x3A3, 0x3FF), (0x400, 0x481),
        (0x5D0, 0x5EA), (0x621, 0x65F), (0x904, 0x94D), (0xE01, 0xE3A),
        (0x10D0, 0x10F0), (0x1E00, 0x1EFF), (0x2000, 0x2064), (0x20A0, 0x20B8), (0x2100, 0x214F), (0x2150, 0x2188),
        (0x2190, 0x23F3), (0x2460, 0x26FF), (0x2801, 0x28FF), (0x3001, 0x303F), (0x3041, 0x3096), (0x30A1, 0x30FF),
        (0x3131, 0x318E), (0x3200, 0x321E), (0x3220, 0x32FE), (0x3300, 0x33FF), (0x3400, 0x4DB5), (0x4E00, 0x9FCB),
        (0xA000, 0xA48C), (0xAC00, 0xD7A3), (0xF900, 0xFA2D), (0xFB1D, 0xFB36), (0xFE30, 0xFE52), (0xFF01, 0xFF5E),
        (0xFF65, 0xFFBE),
        (0x10400, 0x1044F), (0x12000, 0x1236E), (0x13000, 0x1342E), (0x1D400, 0x1D454), (0x1D7CE, 0x1D7FF), (0x1F300, 0x1F320),
        (0x1F601, 0x1F610), (0x20000, 0x2A6D6),
    ];

    /// <summary>The same texts every time.</summary>
    internal static string[] Make(int count)
    {
        var random = new SeededRandom(20);
        string[] fixedTexts =
        [
            "", " ", "\ufeff", "\ufeffcat", "a\ufeffb \ufeff", "▁", "▁▁a",
            new string('a', 6000),
            new string(' ', 300),
            string.Concat(Enumerable.Repeat("melanoma of the skin, 42. ", 400)),
            string.Concat(Enumerable.Repeat("中é😀", 700)),
        ];
        return [.. fixedTexts, .. Enumerable.Range(0, count - fixedTexts.Length).Select(i => Generate(random, i))];
    }

    private static string Generate(SeededRandom random, int index)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, index % 10 == 0 ? 60 : 14); i > 0; i--)
        {
            text.Append(random.Next(8) == 0 ? Any(random) : Parts[random.Next(Parts.Length)]);
            if (random.Next(3) == 0)
            {
                text.Append(' ');
            }
        }

        return text.ToString();
    }

    /// <summary>Any character of blocks that no version of Unicode since 6.0 has added to: the peers' tables are of different years.</summary>
    private static string Any(SeededRandom random)
    {
        var (first, last) = Blocks[random.Next(Blocks.Length)];
        return new Rune(first + random.Next(last - first + 1)).ToString();
    }
}
