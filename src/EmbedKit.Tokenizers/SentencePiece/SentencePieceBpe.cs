using System.Text;
using EmbedKit.Tokenizers.Models;

namespace EmbedKit.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's byte-pair encoding, as LLaMA has it: neighbours merge by the score of what they make, what the user defined as a piece
/// is one symbol that merges no further, and what the vocabulary lacks falls back to bytes or is unknown, a run of them once.
/// </summary>
internal sealed class SentencePieceBpe : ITokenModel
{
    private readonly Dictionary<string, (int Id, float Score)>.AlternateLookup<ReadOnlySpan<char>> _pieces;
    private readonly PieceTrie _userDefined = new();
    private readonly HashSet<int> _frozen;
    private readonly ByteFallback? _bytes;
    private readonly int _unknown;

    internal SentencePieceBpe(SentencePieceFile file)
    {
        Vocabulary = file.Vocabulary;
        _unknown = file.UnknownId;
        _bytes = file.SpellsUnknownInBytes ? new(file.Vocabulary) : null;
        _pieces = file.Pieces.ToDictionary(p => p.Piece, p => (p.Id, p.Score), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _frozen = [.. file.Pieces.Where(p => p.IsUserDefined).Select(p => p.Id)];
        foreach (var piece in file.UserDefined())
        {
            _userDefined.Add(piece, 0);
        }
    }

    public Vocabulary Vocabulary { get; }

    public void Encode(string word, List<int> ids)
    {
        var first = ids.Count;
        foreach (var symbol in PairMerging.Merge(
            Symbols(word), (in left, in right, out order, out id) => Score(word, left, right, out order, out id)))
        {
            if (symbol.Id >= 0)
            {
                ids.Add(symbol.Id);
            }
            else if (_bytes?.Spell(word.AsSpan(symbol.Start, symbol.Length)) is { } bytes)
            {
                ids.AddRange(bytes);
            }
            else if (ids.Count == first || ids[^1] != _unknown)
            {
                ids.Add(_unknown);
            }
        }
    }

    private List<PairMerging.Symbol> Symbols(string word)
    {
        var symbols = new List<PairMerging.Symbol>(word.Length);
        for (var at = 0; at < word.Length;)
        {
            var (length, _) = _userDefined.LongestAt(word, at);
            length = length > 0 ? length : Rune.TryGetRuneAt(word, at, out var rune) ? rune.Utf16SequenceLength : 1;
            symbols.Add(new(at, length, _pieces.TryGetValue(word.AsSpan(at, length), out var piece) ? piece.Id : -1));
            at += length;
        }

        return symbols;
    }

    private bool Score(string word, in PairMerging.Symbol left, in PairMerging.Symbol right, out double order, out int id)
    {
        if (_frozen.Contains(left.Id) || _frozen.Contains(right.Id))
        {
            (order, id) = (0, -1);
            return false;
        }

        var found = _pieces.TryGetValue(word.AsSpan(left.Start, left.Length + right.Length), out var piece);
        (order, id) = (-piece.Score, piece.Id);
        return found;
    }
}
