namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>
/// GPT-2's way to write bytes as visible characters, in which the vocabularies of byte-level BPE are stored: printable Latin-1 stands for
/// itself, every other byte for a character from U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The character of each byte.</summary>
    internal static char[] Characters { get; } = Make();

    /// <summary>The text's UTF-8 bytes, one character each.</summary>
    internal static string Write(ReadOnlySpan<char> text)
    {
        var bytes = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = System.Text.Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(count, bytes, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Characters[source[i]];
            }
        });
    }

    private static char[] Make()
    {
        var (characters, next) = (new char[256], 256);
        for (var b = 0; b < 256; b++)
        {
            characters[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)next++;
        }

        return characters;
    }
}
