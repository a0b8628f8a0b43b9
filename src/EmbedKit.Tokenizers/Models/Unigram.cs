using System.Text;

namespace EmbedKit.Tokenizers.Models;

/// <summary>
/// The unigram language model (Kudo 2018): of all ways to cut a word into pieces, the one with the highest sum of scores (Viterbi 1967);
/// at equal sums the one whose last piece begins first. Characters no piece covers are unknown, a run of them is one.
/// </summary>
internal sealed class Unigram : ITokenModel
{
    // What an unknown character costs below the worst piece, in SentencePiece and in Hugging Face's tokenizers alike.
    private const double UnknownPenalty = 10;
    private readonly PieceTrie _trie = new();
    private readonly double[] _scores;
    private readonly ByteFallback? _bytes;
    private readonly int _unknown;
    private readonly double _unknownScore;

    /// <param name="vocabulary">All tokens.</param>
    /// <param name="pieces">Those a word may be cut into, with their scores.</param>
    /// <param name="unknown">The unknown token.</param>
    /// <param name="worstScore">The lowest score, which unknown characters fall below.</param>
    /// <param name="byteFallback">Whether unknown characters are spelt in byte tokens.</param>
    internal Unigram(Vocabulary vocabulary, IEnumerable<(int Id, double Score)> pieces, int unknown, double worstScore, bool byteFallback)
    {
        (Vocabulary, _unknown, _unknownScore) = (vocabulary, unknown, worstScore - UnknownPenalty);
        _bytes = byteFallback ? new(vocabulary) : null;
        _scores = new double[vocabulary.Size];
        foreach (var (id, score) in pieces)
        {
            _trie.Add(vocabulary.TokenOf(id)!, id);
            _scores[id] = score;
        }
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>Whether sums are kept in single precision, as SentencePiece keeps them; Hugging Face's tokenizers keep double.</summary>
    internal bool SinglePrecision { get; init; }

    public void Encode(string word, List<int> ids)
    {
        var best = new (int Start, int Id, double Score)[word.Length + 1];
        Array.Fill(best, (-1, 0, 0));
        for (var start = 0; start < word.Length;)
        {
            var character = Rune.TryGetRuneAt(word, start, out var rune) ? rune.Utf16SequenceLength : 1;
            var covered = false;
            foreach (var (length, id) in _trie.At(word, start))
            {
                Offer(start, length, id, _scores[id]);
                covered |= length == character;
            }

            if (!covered)
            {
                Offer(start, character, _unknown, SinglePrecision ? (float)_unknownScore : _unknownScore);
            }

            start += character;
        }

        Collect(word, best, ids);

        void Offer(int start, int length, int id, double score)
        {
            var sum = best[start].Score + score;
            sum = SinglePrecision && id == _unknown ? (float)sum : sum; // there a known piece's sum is compared before it is rounded
            ref var end = ref best[start + length];
            if (end.Start < 0 || sum > end.Score)
            {
                end = (start, id, SinglePrecision ? (float)sum : sum);
            }
        }
    }

    private void Collect(string word, (int Start, int Id, double Score)[] best, List<int> ids)
    {
        var pieces = new Stack<(int Start, int End, int Id)>();
        for (var end = word.Length; end > 0; end = best[end].Start)
        {
            var (start, id, _) = best[end];
            var last = end;
            if (id == _unknown && pieces.TryPeek(out var after) && after.Id == _unknown)
            {
                (last, _) = (pieces.Pop().End, after);
            }

            pieces.Push((start, last, id));
        }

        foreach (var (start, end, id) in pieces)
        {
            if (id == _unknown && _bytes?.Spell(word.AsSpan(start, end - start)) is { } bytes)
            {
                ids.AddRange(bytes);
            }
            else
            {
                ids.Add(id);
            }
        }
    }
}
