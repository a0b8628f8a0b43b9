namespace EmbedKit.Embedding.Tokenization;

/// <summary>
/// The loop of byte-pair encoding: again and again, of all neighbouring symbols that may merge, the pair first in order does, the leftmost
/// where several are. A heap keeps it near linear for long texts (as in SentencePiece's bpe_model.cc).
/// </summary>
internal static class PairMerging
{
    /// <summary>Tells whether two neighbours may merge.</summary>
    /// <param name="pair">Both symbols' text.</param>
    /// <param name="middle">Where the second begins.</param>
    /// <param name="order">Lower merges first.</param>
    internal delegate bool Find(ReadOnlySpan<char> pair, int middle, out double order);

    /// <summary>A symbol: a stretch of the text.</summary>
    internal readonly record struct Symbol(int Start, int Length);

    /// <summary>Merges until nothing can be merged.</summary>
    internal static List<Symbol> Merge(string text, IReadOnlyList<Symbol> symbols, Find find)
    {
        var count = symbols.Count;
        var (length, previous, next) = (new int[count], new int[count], new int[count]);
        var agenda = new PriorityQueue<(int Left, int Right, int Length), (double Order, int Left)>(count);
        for (var i = 0; i < count; i++)
        {
            (length[i], previous[i], next[i]) = (symbols[i].Length, i - 1, i + 1 < count ? i + 1 : -1);
        }

        for (var i = 1; i < count; i++)
        {
            Offer(i - 1, i);
        }

        while (agenda.TryDequeue(out var pair, out _))
        {
            var (left, right, whole) = pair;
            if (length[left] == 0 || length[right] == 0 || length[left] + length[right] != whole)
            {
                continue; // one of the two has merged elsewhere since
            }

            (length[left], length[right]) = (whole, 0);
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
            merged.Add(new(symbols[i].Start, length[i]));
        }

        return merged;

        void Offer(int left, int right)
        {
            if (left >= 0 && right >= 0 && find(text.AsSpan(symbols[left].Start, length[left] + length[right]), length[left], out var order))
            {
                agenda.Enqueue((left, right, length[left] + length[right]), (order, left));
            }
        }
    }
}
