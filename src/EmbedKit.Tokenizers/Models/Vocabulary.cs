using System.Globalization;

namespace EmbedKit.Tokenizers.Models;

/// <summary>Tokens and their ids, one to one. Ids may have holes.</summary>
internal sealed class Vocabulary
{
    /// <summary>Above any id of a real vocabulary, and far enough below the largest number to count on from.</summary>
    internal const int LargestId = 1 << 28;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _tokens;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <param name="tokens">Tokens with their ids.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="TokenizerException">No token at all, or a token or an id twice.</exception>
    internal Vocabulary(IEnumerable<(string Token, int Id)> tokens, string source)
    {
        (_ids, _tokens, Source) = (new(StringComparer.Ordinal), [], source);
        foreach (var (token, id) in tokens)
        {
            if (!_ids.TryAdd(token, id))
            {
                throw new TokenizerException($"{source}: token '{token}' appears twice; expected distinct tokens.");
            }

            if (!_tokens.TryAdd(id, token))
            {
                throw new TokenizerException($"{source}: id {id} is given to '{_tokens[id]}' and to '{token}'; expected distinct ids.");
            }

            Size = Math.Max(Size, id + 1);
        }

        if (Size == 0)
        {
            throw new TokenizerException($"{source}: no tokens; expected a vocabulary.");
        }

        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The file, for messages.</summary>
    internal string Source { get; }

    /// <summary>One more than the largest id.</summary>
    internal int Size { get; }

    /// <summary>A token's id, or null.</summary>
    internal int? IdOf(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out var id) ? id : null;

    /// <summary>A token's id.</summary>
    /// <exception cref="TokenizerException">There is no such token.</exception>
    internal int Require(string token) => IdOf(token)
        ?? throw new TokenizerException($"{Source}: no token '{token}'; expected it in the vocabulary.");

    /// <summary>What an id stands for; null where there is a hole.</summary>
    internal string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    /// <summary>The ids of the 256 byte tokens <c>&lt;0x00&gt;</c> … <c>&lt;0xFF&gt;</c>; null for those it lacks.</summary>
    internal int?[] Bytes() => [.. Enumerable.Range(0, 256).Select(b => IdOf(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>")))];
}
