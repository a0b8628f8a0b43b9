namespace EmbedKit.Demo.Training;

/// <summary>
/// The learning half of byte-pair encoding (Sennrich et al. 2016): again and again, the most frequent pair of neighbours becomes one symbol.
/// </summary>
internal sealed class PairMerges
{
    private readonly List<(List<string> Symbols, long Count)> _words;

    /// <param name="words">Words as lists of symbols, with how often each occurs. Pairs never reach across words.</param>
    internal PairMerges(IEnumerable<(IEnumerable<string> Symbols, long Count)> words) =>
        _words = [.. words.Select(w => (w.Symbols.ToList(), w.Count))];

    /// <summary>
    /// Merges the most frequent pair everywhere (of equals, the first in ordinal order) and returns it; null when no pair occurs twice.
    /// </summary>
    internal (string Left, string Right)? Next()
    {
        var counts = new Dictionary<(string Left, string Right), long>();
        foreach (var (symbols, count) in _words)
        {
            for (var i = 1; i < symbols.Count; i++)
            {
                var pair = (symbols[i - 1], symbols[i]);
                counts[pair] = counts.GetValueOrDefault(pair) + count;
            }
        }

        (string Left, string Right)? best = null;
        var most = 1L;
        foreach (var (pair, count) in counts)
        {
            if (count > most || (count == most && best is { } other && Before(pair, other)))
            {
                (best, most) = (pair, count);
            }
        }

        if (best is { } chosen)
        {
            Apply(chosen.Left, chosen.Right);
        }

        return best;
    }

    private void Apply(string left, string right)
    {
        foreach (var (symbols, _) in _words)
        {
            for (var i = 1; i < symbols.Count; i++)
            {
                if (symbols[i - 1] == left && symbols[i] == right)
                {
                    symbols[i - 1] = left + right;
                    symbols.RemoveAt(i);
                }
            }
        }
    }

    private static bool Before((string Left, string Right) a, (string Left, string Right) b)
    {
        var left = string.CompareOrdinal(a.Left, b.Left);
        return left < 0 || (left == 0 && string.CompareOrdinal(a.Right, b.Right) < 0);
    }
}
