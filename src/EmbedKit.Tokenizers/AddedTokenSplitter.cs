using System.Text;
using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.Normalizers;

namespace EmbedKit.Tokenizers;

/// <summary>Cuts texts at added tokens: leftmost first, longest where several begin at one place.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly PieceTrie _trie = new();
    private readonly AddedToken[] _tokens;

    /// <param name="tokens">The tokens.</param>
    /// <param name="normalizer">What is done to their contents first, or null.</param>
    internal AddedTokenSplitter(IEnumerable<AddedToken> tokens, Normalizer? normalizer)
    {
        _tokens = [.. tokens];
        for (var i = 0; i < _tokens.Length; i++)
        {
            _trie.Add(normalizer is null ? _tokens[i].Content : normalizer(_tokens[i].Content), i);
        }
    }

    /// <summary>The text in order: stretches between tokens (id null, not empty) and tokens.</summary>
    internal IEnumerable<(int Start, int End, int? Id)> Split(string text)
    {
        var done = 0;
        for (var at = 0; at < text.Length && _tokens.Length > 0;)
        {
            var (length, index) = _trie.LongestAt(text, at);
            if (length == 0)
            {
                at++;
                continue;
            }

            var (token, start, end) = (_tokens[index], at, at + length);
            at = end;
            if (token.SingleWord && (EndsInWord(text.AsSpan(0, start)) || BeginsWithWord(text.AsSpan(end))))
            {
                continue;
            }

            while (token.LeftStrip && start > done && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (start > done)
            {
                yield return (done, start, null);
            }

            yield return (start, end, token.Id);
            at = done = end;
        }

        if (done < text.Length)
        {
            yield return (done, text.Length, null);
        }
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == default && Characters.IsWord(rune);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == default && Characters.IsWord(rune);
}
