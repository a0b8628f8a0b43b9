using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Evaluation;

/// <summary>A row and how alike it is.</summary>
/// <param name="Row">0-based row of the matrix.</param>
/// <param name="Cosine">−1…1.</param>
public sealed record Neighbour(int Row, double Cosine);

/// <summary>Search by cosine similarity: nearest rows, and how often an image finds its own text.</summary>
public static class Retrieval
{
    /// <summary>The rows most alike a row, the most alike first; the row itself is left out, and of equals the earlier row comes first.</summary>
    /// <param name="matrix">N×D.</param>
    /// <param name="row">0-based row to compare with.</param>
    /// <param name="count">At most so many.</param>
    public static IReadOnlyList<Neighbour> Nearest(EmbeddingMatrix matrix, int row, int count)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, matrix.Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. Enumerable.Range(0, matrix.Rows).Where(other => other != row)
            .Select(other => new Neighbour(other, TensorPrimitives.CosineSimilarity<float>(matrix.Row(row), matrix.Row(other))))
            .OrderByDescending(n => n.Cosine).ThenBy(n => n.Row).Take(count)];
    }

    /// <summary>
    /// Recall at k (R@k) over pairs: the share of images whose own text is among the k texts most alike. Chance is k/N. Texts exactly as
    /// alike as the own one do not push it down: equal texts are not told apart.
    /// </summary>
    /// <param name="set">N rows of both modalities in one space (equal widths), as CLIP gives them.</param>
    /// <param name="k">1…N.</param>
    /// <returns>0–1.</returns>
    /// <exception cref="InputException">A modality is missing, the widths differ, or there are fewer than k rows.</exception>
    public static double RecallAt(EmbeddingSet set, int k)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var (image, text) = (set.RequireImage(), set.RequireText());
        if (image.Dimension != text.Dimension)
        {
            throw new InputException($"{set.Table.Source}: widths {image.Dimension} (image) and {text.Dimension} (text); expected one space for both, as CLIP has.");
        }

        if (k > set.Count)
        {
            throw new InputException($"{set.Table.Source}: {set.Count} rows; expected at least {k} for recall at {k}.");
        }

        var found = 0;
        for (var i = 0; i < set.Count; i++)
        {
            var own = Cosine(i, i);
            found += Enumerable.Range(0, set.Count).Count(j => Cosine(i, j) > own) < k ? 1 : 0;
        }

        return (double)found / set.Count;

        float Cosine(int i, int j) => TensorPrimitives.CosineSimilarity<float>(image.Row(i), text.Row(j));
    }
}
