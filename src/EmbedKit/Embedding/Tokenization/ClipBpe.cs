using System.Globalization;
using System.Text;

namespace EmbedKit.Embedding.Tokenization;

/// <summary>
/// CLIP's byte-pair encoding (Radford et al. 2021; Hugging Face's CLIPTokenizerFast): composed, lower-cased, cut into letter runs, single
/// digits, English contractions and runs of anything else; each word ends in <c>&lt;/w&gt;</c>. Thread-safe.
/// </summary>
internal sealed class ClipBpe
{
    internal const string Start = "<|startoftext|>";
    internal const string End = "<|endoftext|>";
    internal const string WordEnd = "</w>";
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private readonly IReadOnlyDictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ranks;
    private readonly int _unknown;

    /// <param name="vocabulary">Ids of pieces, in the byte alphabet.</param>
    /// <param name="merges">Pairs in order, the two halves separated by one space.</param>
    internal ClipBpe(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<string> merges)
    {
        _vocabulary = vocabulary;
        _unknown = vocabulary[End];
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var merge in merges)
        {
            ranks.TryAdd(merge, ranks.Count);
        }

        _ranks = ranks.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The ids of a text, without start and end.</summary>
    internal List<int> Encode(string text)
    {
        var ids = new List<int>();
        foreach (var word in Words(text))
        {
            EncodeWord(word, ids);
        }

        return ids;
    }

    /// <summary>The words that pieces never reach across, composed and lower-cased.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        var lower = LowerCase.Of(UnicodeNormalization.Compose(text));
        return Split(lower).Select(word => lower[word]);
    }

    /// <summary>A word in the byte alphabet, one symbol a byte, the last with <c>&lt;/w&gt;</c>.</summary>
    internal static IEnumerable<string> Symbols(string word)
    {
        var written = ByteAlphabet.Write(word);
        return written.Select((c, i) => i < written.Length - 1 ? c.ToString() : c + WordEnd);
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        var written = ByteAlphabet.Write(word) + WordEnd;
        var letters = written.Length - WordEnd.Length;
        var symbols = Enumerable.Range(0, letters).Select(i => new PairMerging.Symbol(i, i == letters - 1 ? 1 + WordEnd.Length : 1)).ToArray();
        foreach (var symbol in PairMerging.Merge(written, symbols, Rank))
        {
            ids.Add(_vocabulary.GetValueOrDefault(written.Substring(symbol.Start, symbol.Length), _unknown));
        }
    }

    private bool Rank(ReadOnlySpan<char> pair, int middle, out double order)
    {
        Span<char> key = pair.Length < 256 ? stackalloc char[pair.Length + 1] : new char[pair.Length + 1];
        pair[..middle].CopyTo(key);
        key[middle] = ' ';
        pair[middle..].CopyTo(key[(middle + 1)..]);
        var found = _ranks.TryGetValue(key, out var rank);
        order = rank;
        return found;
    }

    private static IEnumerable<Range> Split(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var kind = KindAt(text, at, out var length);
            if (kind == Kind.Space)
            {
                at += length;
                continue;
            }

            var start = at;
            if (Array.Find(Contractions, c => string.CompareOrdinal(text, start, c, 0, c.Length) == 0) is { } contraction)
            {
                at += contraction.Length;
            }
            else
            {
                at += length;
                while (kind != Kind.Number && at < text.Length && KindAt(text, at, out length) == kind)
                {
                    at += length;
                }
            }

            yield return start..at;
        }
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        _ = Rune.TryGetRuneAt(text, at, out var rune);
        length = rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            _ when Rune.IsWhiteSpace(rune) => Kind.Space,
            >= UnicodeCategory.UppercaseLetter and <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }
}
