using System.Collections.Concurrent;
using System.Text;

namespace EmbedKit.Tokenizers.Models;

/// <summary>How a BPE model treats what its merges do not say; names and defaults as in <c>tokenizer.json</c>.</summary>
internal sealed record BytePairOptions
{
    /// <summary>The token for what the vocabulary lacks; null: such characters vanish, as in the reference.</summary>
    internal string? Unknown { get; init; }

    /// <summary>Whether neighbouring unknowns are one.</summary>
    internal bool FuseUnknown { get; init; }

    /// <summary>Whether unknown characters are spelt in byte tokens.</summary>
    internal bool ByteFallback { get; init; }

    /// <summary>Whether a word that is a token is taken whole, whatever the merges say.</summary>
    internal bool IgnoreMerges { get; init; }

    /// <summary>What stands before every symbol of a word but the first.</summary>
    internal string ContinuingPrefix { get; init; } = "";

    /// <summary>What ends a word's last symbol.</summary>
    internal string WordEnd { get; init; } = "";
}

/// <summary>Byte-pair encoding (Sennrich et al. 2016) by ranked merges, as Hugging Face's <c>BPE</c> does it.</summary>
internal sealed class BytePairEncoding : ITokenModel
{
    private const int LongestCachedWord = 64;
    private const int CachedWords = 20_000;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly BytePairOptions _options;
    private readonly ByteFallback? _bytes;
    private readonly int? _unknown;

    /// <param name="vocabulary">Tokens.</param>
    /// <param name="merges">Pairs in order of rank.</param>
    /// <param name="options">The rest.</param>
    /// <param name="source">The merges' file, for messages.</param>
    /// <exception cref="TokenizerException">A merge of tokens, or into a token, that the vocabulary lacks.</exception>
    internal BytePairEncoding(Vocabulary vocabulary, IEnumerable<(string Left, string Right)> merges, BytePairOptions options, string source)
    {
        (Vocabulary, _options) = (vocabulary, options);
        _unknown = options.Unknown is null ? null : vocabulary.Require(options.Unknown);
        _bytes = options.ByteFallback ? new(vocabulary) : null;
        var rank = 0;
        foreach (var (left, right) in merges)
        {
            int Id(string token) => vocabulary.IdOf(token)
                ?? throw new TokenizerException(
                    $"{source}: merge {rank + 1}, '{left} {right}', needs the token '{token}', which the vocabulary lacks; "
                    + "expected merges and a vocabulary that belong together.");
            var rest = right.StartsWith(options.ContinuingPrefix, StringComparison.Ordinal) ? right[options.ContinuingPrefix.Length..] : right;
            _merges[(Id(left), Id(right))] = (rank, Id(left + rest));
            rank++;
        }
    }

    public Vocabulary Vocabulary { get; }

    public void Encode(string word, List<int> ids)
    {
        if (_cache.TryGetValue(word, out var known))
        {
            ids.AddRange(known);
            return;
        }

        var first = ids.Count;
        if (_options.IgnoreMerges && Vocabulary.IdOf(word) is { } whole)
        {
            ids.Add(whole);
        }
        else
        {
            ids.AddRange(PairMerging.Merge(Symbols(word), Rank).Select(s => s.Id));
        }

        if (word.Length <= LongestCachedWord && _cache.Count < CachedWords)
        {
            _cache[word] = [.. ids[first..]];
        }
    }

    private bool Rank(in PairMerging.Symbol left, in PairMerging.Symbol right, out double order, out int id)
    {
        var found = _merges.TryGetValue((left.Id, right.Id), out var merge);
        (order, id) = (merge.Rank, merge.Id);
        return found;
    }

    /// <summary>A word's characters as symbols of length one each.</summary>
    private List<PairMerging.Symbol> Symbols(string word)
    {
        var symbols = new List<PairMerging.Symbol>(word.Length);
        var (at, previousUnknown) = (0, false);
        Span<char> buffer = stackalloc char[2 + _options.ContinuingPrefix.Length + _options.WordEnd.Length];
        foreach (var rune in word.EnumerateRunes())
        {
            var token = Spell(rune, at == 0, at + rune.Utf16SequenceLength == word.Length, buffer);
            at += rune.Utf16SequenceLength;
            var known = Vocabulary.IdOf(token);
            if (known is { } id)
            {
                symbols.Add(new(symbols.Count, 1, id));
            }
            else if (_bytes?.Spell(token) is { } bytes)
            {
                foreach (var spelt in bytes)
                {
                    symbols.Add(new(symbols.Count, 1, spelt));
                }

                continue;
            }
            else if (_unknown is { } unknown && !(_options.FuseUnknown && previousUnknown))
            {
                symbols.Add(new(symbols.Count, 1, unknown));
            }

            previousUnknown = known is null;
        }

        return symbols;
    }

    private ReadOnlySpan<char> Spell(Rune rune, bool first, bool last, Span<char> buffer)
    {
        var length = 0;
        if (!first)
        {
            _options.ContinuingPrefix.CopyTo(buffer);
            length = _options.ContinuingPrefix.Length;
        }

        length += rune.EncodeToUtf16(buffer[length..]);
        if (last)
        {
            _options.WordEnd.CopyTo(buffer[length..]);
            length += _options.WordEnd.Length;
        }

        return buffer[..length];
    }
}
