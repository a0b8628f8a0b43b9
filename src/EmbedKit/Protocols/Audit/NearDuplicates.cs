using System.Numerics.Tensors;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols.Audit;

/// <summary>Two rows that show the same picture.</summary>
/// <param name="First">A 0-based row.</param>
/// <param name="Second">A later row.</param>
/// <param name="Exact">Whether the files are equal byte by byte.</param>
/// <param name="Cosine">The cosine of their fingerprints, or of their embeddings.</param>
internal sealed record DuplicatePair(int First, int Second, bool Exact, double Cosine);

/// <summary>
/// Rows that show the same picture, by file, fingerprint or embedding, joined into clusters. `data split` keeps a cluster on one side; the audit
/// looks for clusters on both.
/// </summary>
internal sealed class NearDuplicates
{
    /// <summary>
    /// The cosine from which embeddings, less their mean, count as the same picture. Where encoders put copies differs from encoder to encoder, and
    /// other pictures may lie as near (the demo's tiny CLIP has different lesions at 0.997), so only what is practically one vector counts; images
    /// themselves say more.
    /// </summary>
    public const double EmbeddingCosine = 0.9995;

    private NearDuplicates(int[] clusterOfRow, int clusterCount, IReadOnlyList<DuplicatePair> pairs) =>
        (ClusterOfRow, ClusterCount, Pairs) = (clusterOfRow, clusterCount, pairs);

    /// <summary>The cluster of each row, 0 … <see cref="ClusterCount"/> − 1; a row like no other has one of its own.</summary>
    public IReadOnlyList<int> ClusterOfRow { get; }

    /// <summary>Distinct pictures.</summary>
    public int ClusterCount { get; }

    /// <summary>The pairs that were found; of many equal rows not every pair is listed.</summary>
    public IReadOnlyList<DuplicatePair> Pairs { get; }

    /// <summary>Looks for them.</summary>
    /// <param name="rows">N.</param>
    /// <param name="fingerprints">One a row, null for rows without an image; or null without images.</param>
    /// <param name="embeddings">N×D image embeddings; rows of zeros are passed over; or null.</param>
    /// <param name="random">Projections for more than 32,768 rows.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancellation">Stops.</param>
    public static NearDuplicates Find(
        int rows, IReadOnlyList<ImageFingerprint?>? fingerprints, EmbeddingMatrix? embeddings, RandomStreams random, int threads = 1,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(random);
        var (pairs, sets) = (new Dictionary<(int, int), DuplicatePair>(), new DisjointSets(rows));
        if (fingerprints is not null)
        {
            var first = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var r = 0; r < rows; r++)
            {
                if (fingerprints[r] is { } print && !first.TryAdd(print.ContentHash, r))
                {
                    Add(first[print.ContentHash], r, true, 1);
                }
            }

            int[] distinct = [.. first.Values.Order()];
            Compare(
                EmbeddingMatrix.Make(distinct.Length, ImageFingerprint.Dimension, (i, target) => fingerprints[distinct[i]]!.Detail.CopyTo(target)),
                distinct, ImageFingerprint.NearDuplicateCosine, "fingerprints");
        }

        if (embeddings is not null)
        {
            Compare(Centred(embeddings), [.. Enumerable.Range(0, rows)], (float)EmbeddingCosine, "embeddings");
        }

        var (clusters, count) = sets.Numbered();
        return new(clusters, count, [.. pairs.Values.OrderBy(p => p.First).ThenBy(p => p.Second)]);

        void Add(int a, int b, bool exact, double cosine)
        {
            pairs.TryAdd((a, b), new(a, b, exact, cosine));
            sets.Join(a, b);
        }

        void Compare(EmbeddingMatrix unit, int[] rowOf, float threshold, string stream)
        {
            foreach (var pair in CosineNeighbours.Find(unit, threshold, random.Derive(stream), threads, cancellation))
            {
                Add(rowOf[pair.First], rowOf[pair.Second], false, pair.Cosine);
            }
        }
    }

    /// <summary>Less the mean of all rows, which a cone of embeddings shares, and of length 1; rows of zeros stay.</summary>
    private static EmbeddingMatrix Centred(EmbeddingMatrix embeddings)
    {
        var (mean, filled) = (new float[embeddings.Dimension], 0);
        var centred = EmbeddingMatrix.Make(embeddings.Rows, embeddings.Dimension, (r, target) =>
        {
            embeddings.CopyRow(r, target);
            if (TensorPrimitives.Norm<float>(target) is > 0 and var norm)
            {
                filled++;
                TensorPrimitives.Divide(target, norm, target);
                TensorPrimitives.Add(mean, target, mean);
            }
        });
        TensorPrimitives.Divide(mean, Math.Max(1, filled), mean);
        var values = centred.Values;
        for (var r = 0; r < centred.Rows; r++)
        {
            var row = values.AsSpan(r * centred.Dimension, centred.Dimension);
            if (row.ContainsAnyExcept(0f))
            {
                TensorPrimitives.Subtract(row, mean, row);
                TensorPrimitives.Divide(row, Math.Max(1e-12f, TensorPrimitives.Norm<float>(row)), row);
            }
        }

        return centred;
    }
}
