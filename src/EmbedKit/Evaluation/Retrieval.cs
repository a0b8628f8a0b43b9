using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Evaluation;

/// <summary>A row and how alike it is.</summary>
/// <param name="Row">0-based row of the matrix.</param>
/// <param name="Cosine">−1…1.</param>
public sealed record Neighbour(int Row, double Cosine);

/// <summary>What searches for what.</summary>
public enum RetrievalDirection
{
    /// <summary>Images search for their texts.</summary>
    ImageToText,

    /// <summary>Texts search for their images.</summary>
    TextToImage,
}

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
    /// Recall at k (R@k) over pairs: the share of images whose own text is among the k texts most alike, or the other way round. Chance is
    /// k/N. Texts exactly as alike as the own one do not push it down: equal texts are not told apart.
    /// </summary>
    /// <param name="set">N rows of both modalities in one space (equal widths), as CLIP gives them.</param>
    /// <param name="k">1…N.</param>
    /// <param name="direction">What searches for what. Default images for their texts.</param>
    /// <returns>0–1.</returns>
    /// <exception cref="InputException">A modality is missing, the widths differ, or there are fewer than k rows.</exception>
    public static double RecallAt(EmbeddingSet set, int k, RetrievalDirection direction = RetrievalDirection.ImageToText)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var ranks = Ranks(set, direction);
        return k > set.Count
            ? throw new InputException($"{set.Table.Source}: {NumberText.Count(set.Count, "row")}; expected at least {k} for recall at {k}.")
            : ranks.Count(rank => rank <= k) / (double)set.Count;
    }

    /// <summary>The rank of each row's own counterpart among all N, the most alike being 1; those exactly as alike share the best rank.</summary>
    /// <param name="set">N rows of both modalities in one space (equal widths).</param>
    /// <param name="direction">What searches for what.</param>
    /// <exception cref="InputException">A modality is missing, the widths differ, or a row is zero.</exception>
    public static int[] Ranks(EmbeddingSet set, RetrievalDirection direction)
    {
        ArgumentNullException.ThrowIfNull(set);
        var (image, text) = (set.RequireImage().ToSingle(), set.RequireText().ToSingle());
        if (image.Dimension != text.Dimension)
        {
            throw new InputException(
                $"{set.Table.Source}: widths {image.Dimension} (image) and {text.Dimension} (text); expected one space for both, as CLIP has.");
        }

        // Of one query's cosines, its own length changes no order.
        var (queries, found) = direction == RetrievalDirection.ImageToText ? (image, text) : (text, image);
        float[] lengths = [.. Enumerable.Range(0, set.Count).Select(j => TensorPrimitives.Norm<float>(found.Row(j)))];
        if (Array.IndexOf(lengths, 0) is >= 0 and var zero)
        {
            throw new InputException($"{set.Table.Source}: embedding of row '{set.Ids[zero]}' is zero; expected a direction to compare.");
        }

        return [.. Enumerable.Range(0, set.Count).Select(i =>
        {
            var (own, rank) = (Alike(i, i), 1);
            for (var j = 0; j < set.Count; j++)
            {
                rank += Alike(i, j) > own ? 1 : 0;
            }

            return rank;
        })];

        float Alike(int i, int j) => TensorPrimitives.Dot<float>(queries.Row(i), found.Row(j)) / lengths[j];
    }
}
