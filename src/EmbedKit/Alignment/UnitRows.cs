using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>Rows of both modalities as figures and measures need them.</summary>
public static class UnitRows
{
    /// <summary>At most so many rows, evenly spaced; each normalised, stretched to the wider modality's width, and normalised again.</summary>
    /// <param name="set">Both modalities.</param>
    /// <param name="rows">At least 2.</param>
    public static EmbeddingSet Of(EmbeddingSet set, int rows)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 2);
        return Normalization.Normalize(Stretch.ToCommonWidth(Normalization.Normalize(EvenlySpaced(set, rows))));
    }

    /// <summary>At most so many rows, evenly spaced over the set.</summary>
    /// <param name="set">The rows.</param>
    /// <param name="rows">How many at most.</param>
    public static EmbeddingSet EvenlySpaced(EmbeddingSet set, int rows)
    {
        var taken = Math.Min(rows, set.Count);
        return set.Select([.. Enumerable.Range(0, taken).Select(i => (int)((long)i * set.Count / taken))]);
    }
}
