using EmbedKit.Alignment;
using EmbedKit.Storage;

namespace EmbedKit.Charts;

/// <summary>Rows as figures of both modalities need them.</summary>
internal static class UnitRows
{
    /// <summary>At most so many rows, evenly spaced; each normalised, stretched to the wider modality's width, and normalised again.</summary>
    internal static EmbeddingSet Of(EmbeddingSet set, int rows)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 2);
        var taken = Math.Min(rows, set.Count);
        var chosen = set.Select([.. Enumerable.Range(0, taken).Select(i => (int)((long)i * set.Count / taken))]);
        return Normalization.Normalize(Stretch.ToCommonWidth(Normalization.Normalize(chosen)));
    }
}
