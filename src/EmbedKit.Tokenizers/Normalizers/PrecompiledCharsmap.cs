using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EmbedKit.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's compiled normalisation rules (Kudo and Richardson 2018; <c>nmt_nfkc</c> and its kin): a trie over UTF-8 whose values
/// point into one block of zero-ended replacements.
/// </summary>
internal sealed class PrecompiledCharsmap
{
    // Rust's tokenizers look a whole grapheme up only where it is shorter than this many bytes.
    private const int GraphemeBytes = 6;
    // NFKC's longest is 33 bytes; a longer one would make much of a short text.
    private const int LongestReplacement = 256;
    private readonly DoubleArrayTrie _trie;
    private readonly ReadOnlyMemory<byte> _replacements;
    private readonly string _source;

    /// <param name="bytes">The size of the trie in bytes (little-endian, 4 bytes), the trie, the replacements.</param>
    /// <param name="source">The file, for messages.</param>
    internal PrecompiledCharsmap(ReadOnlyMemory<byte> bytes, string source)
    {
        var size = bytes.Length > 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span) : 0;
        if (size == 0 || size % 4 != 0 || size > bytes.Length - 4)
        {
            throw Broken(source, $"the trie takes {size} of {bytes.Length}, the bytes there are");
        }

        var units = new uint[size / 4];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(4 + (4 * i))..]);
        }

        (_trie, _replacements, _source) = (new(units), bytes[(int)(4 + size)..], source);
        if (_replacements.Length > 0 && _replacements.Span[^1] != 0)
        {
            throw Broken(source, "the last replacement has no end");
        }
    }

    /// <summary>As SentencePiece does: at each place the longest rule.</summary>
    /// <returns>How many bytes the rule takes, and what replaces them; length 0 where there is none.</returns>
    internal (int Length, ReadOnlyMemory<byte> Replacement) LongestAt(ReadOnlyMemory<byte> text)
    {
        var longest = (Length: 0, Replacement: ReadOnlyMemory<byte>.Empty);
        foreach (var (length, value) in _trie.Prefixes(text))
        {
            longest = (length, Replacement(value));
        }

        return longest;
    }

    /// <summary>
    /// As Hugging Face's <c>Precompiled</c> does: grapheme by grapheme, then character by character, a piece being replaced whole by the
    /// shortest rule it begins with.
    /// </summary>
    internal string ApplyByGrapheme(string text)
    {
        var normal = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            var grapheme = text.AsSpan(at, length);
            if (Encoding.UTF8.GetByteCount(grapheme) >= GraphemeBytes || Find(grapheme) is not { } replacement)
            {
                foreach (var rune in grapheme.EnumerateRunes())
                {
                    var character = rune.ToString();
                    normal.Append(Find(character) ?? character);
                }
            }
            else
            {
                normal.Append(replacement);
            }

            at += length;
        }

        return normal.ToString();
    }

    private string? Find(ReadOnlySpan<char> piece)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(piece)];
        Encoding.UTF8.GetBytes(piece, bytes);
        foreach (var (_, value) in _trie.Prefixes(bytes))
        {
            return Encoding.UTF8.GetString(Replacement(value).Span);
        }

        return null;
    }

    private ReadOnlyMemory<byte> Replacement(int start)
    {
        var length = start < _replacements.Length ? _replacements.Span[start..].IndexOf((byte)0)
            : throw Broken(_source, $"a rule points to byte {start} of the replacements, which have {_replacements.Length}");
        return length <= LongestReplacement ? _replacements.Slice(start, length) : throw Broken(_source, $"a replacement of {length} bytes");
    }

    private static TokenizerException Broken(string source, string found) =>
        new($"{source}: the precompiled character map is cut short or broken ({found}); "
            + "expected a trie and its replacements. Download the file again.");
}
