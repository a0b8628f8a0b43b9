using System.Text;
using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.Normalizers;
using EmbedKit.Tokenizers.PreTokenizers;
using EmbedKit.Tokenizers.SentencePieceFormat;

namespace EmbedKit.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's own normalisation (normalizer.cc): at each place the longest rule of the character map, spaces made one and written ▁,
/// one put in front. What the user defined as a piece stays as it is.
/// </summary>
internal sealed class SentencePieceNormalizer
{
    private readonly NormalizerSpec _spec;
    private readonly PieceTrie _kept = new();
    private readonly PrecompiledCharsmap? _charsmap;

    internal SentencePieceNormalizer(NormalizerSpec spec, IEnumerable<string> kept, PrecompiledCharsmap? charsmap)
    {
        (_spec, _charsmap) = (spec, charsmap);
        foreach (var piece in kept)
        {
            _kept.Add(piece, 0);
        }
    }

    /// <param name="text">A text.</param>
    /// <param name="goesOn">Whether something stands before it, so that nothing is put in front and its first spaces count.</param>
    internal string Apply(string text, bool goesOn = false)
    {
        var parts = Parts(text).ToList();
        if (_spec.RemoveExtraWhitespaces && !goesOn)
        {
            parts.RemoveRange(0, parts.TakeWhile(p => p == " ").Count());
        }

        if (parts.Count == 0)
        {
            return "";
        }

        var space = _spec.EscapeWhitespaces ? Metaspace.Space : ' ';
        var normal = new StringBuilder(text.Length + 1);
        if (_spec.AddDummyPrefix && !goesOn)
        {
            normal.Append(space);
        }

        var afterSpace = _spec.RemoveExtraWhitespaces && !goesOn;
        foreach (var part in parts)
        {
            var kept = afterSpace ? part.TrimStart(' ') : part;
            normal.Append(kept.Replace(' ', space));
            afterSpace = _spec.RemoveExtraWhitespaces && (kept.Length == 0 ? afterSpace : kept[^1] == ' ');
        }

        while (_spec.RemoveExtraWhitespaces && normal.Length > 0 && normal[^1] == space)
        {
            normal.Length--;
        }

        return normal.ToString();
    }

    /// <summary>The text piece by piece, rules applied.</summary>
    private IEnumerable<string> Parts(string text)
    {
        var (bytes, place) = (new byte[_charsmap is null ? 0 : Encoding.UTF8.GetByteCount(text)], 0);
        if (_charsmap is not null)
        {
            Encoding.UTF8.GetBytes(text, bytes);
        }

        for (var at = 0; at < text.Length;)
        {
            var (length, _) = _kept.LongestAt(text, at);
            string? part = null;
            if (length == 0 && _charsmap?.LongestAt(bytes.AsMemory(place)) is { Length: > 0 } rule
                && (place + rule.Length == bytes.Length || (bytes[place + rule.Length] & 0xc0) != 0x80)) // a rule ends where a character does
            {
                (part, length) = (Encoding.UTF8.GetString(rule.Replacement.Span), Encoding.UTF8.GetCharCount(bytes, place, rule.Length));
            }

            length = length > 0 ? length : Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
            yield return part ?? text.Substring(at, length);
            place += _charsmap is null ? 0 : Encoding.UTF8.GetByteCount(text.AsSpan(at, length));
            at += length;
        }
    }
}
