namespace EmbedKit.Tokenizers.Models;

/// <summary>
/// The loop of byte-pair encoding: again and again, of all neighbouring symbols that may merge, the pair first in order does, the leftmost
/// where several are. A heap keeps it near linear for long texts (as in SentencePiece's bpe_model.cc).
/// </summary>
internal static class PairMerging
{
    /// <summary>Tells whether two neighbours may merge.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    /// <param name="order">Lower merges first.</param>
    /// <param name="id">The id of both together.</param>
    internal delegate bool Find(in Symbol left, in Symbol right, out double order, out int id);

    /// <summary>A stretch of the text and its id; −1 where the vocabulary lacks it.</summary>
    internal readonly record struct Symbol(int Start, int Length, int Id);

    /// <summary>Merges until nothing can be merged.</summary>
    internal static List<Symbol> Merge(IReadOnlyList<Symbol> parts, Find find)
    {
        var count = parts.Count;
        var (symbols, previous, next) = (parts.ToArray(), new int[count], new int[count]);
        var agenda = new PriorityQueue<(int Left, int Right, Symbol Whole), (double Order, int Left)>(count);
        for (var i = 0; i < count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < count ? i + 1 : -1);
            Offer(i - 1, i);
        }

        while (agenda.TryDequeue(out var pair, out _))
        {
            var (left, right, whole) = pair;
            if (symbols[left].Length == 0 || symbols[right].Length == 0 || symbols[left].Length + symbols[right].Length != whole.Length)
            {
                continue; // one of the two has merged elsewhere since
            }

            (symbols[left], symbols[right]) = (whole, default);
            next[left] = next[right];
            if (next[right] >= 0)
            {
                previous[next[right]] = left;
            }

            Offer(previous[left], left);
            Offer(left, next[left]);
        }

        var merged = new List<Symbol>();
        for (var i = count > 0 ? 0 : -1; i >= 0; i = next[i])
        {
            merged.Add(symbols[i]);
        }

        return merged;

        void Offer(int left, int right)
        {
            if (left >= 0 && right >= 0 && find(symbols[left], symbols[right], out var order, out var id))
            {
                agenda.Enqueue((left, right, new(symbols[left].Start, symbols[left].Length + symbols[right].Length, id)), (order, left));
            }
        }
    }
}
