using System.Numerics;
using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols.Audit;

/// <summary>
/// All pairs of unit rows whose cosine is at least a threshold. Up to <see cref="MostExactRows"/> rows every pair is looked at, in tiles that stay in
/// the cache; above, rows are sorted by the signs of random projections (Charikar 2002), <see cref="Tables"/> times, and compared with those next to
/// them: N·log N, and at cosine 0.97 about 999 of 1,000 pairs are found. A row is paired with at most 64 later ones, which still links thousands of
/// equal rows.
/// </summary>
internal static class CosineNeighbours
{
    internal const int MostExactRows = 32_768;
    private const int Tables = 24, Window = 48, Tile = 128, MostPairsOfRow = 64;

    /// <summary>A pair; <paramref name="First"/> &lt; <paramref name="Second"/>.</summary>
    /// <param name="First">A row.</param>
    /// <param name="Second">Another.</param>
    /// <param name="Cosine">Their cosine.</param>
    internal readonly record struct Pair(int First, int Second, float Cosine);

    /// <summary>Finds the pairs, in order of rows.</summary>
    internal static IReadOnlyList<Pair> Find(
        EmbeddingMatrix rows, float threshold, RandomStreams random, int threads, CancellationToken cancellation) =>
        rows.Rows <= MostExactRows ? Exact(rows, threshold, threads, cancellation) : BySignature(rows, threshold, random, threads, cancellation);

    private static Pair[] Exact(EmbeddingMatrix rows, float threshold, int threads, CancellationToken cancellation)
    {
        var tiles = (rows.Rows + Tile - 1) / Tile;
        var (found, kept, values, width) = (new List<Pair>[tiles], new int[rows.Rows], rows.Values, rows.Dimension);
        Parallel.For(0, tiles, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, first =>
        {
            var own = found[first] = [];
            for (var second = first; second < tiles; second++)
            {
                for (var i = first * Tile; i < Math.Min(rows.Rows, (first + 1) * Tile); i++)
                {
                    for (var j = Math.Max(i + 1, second * Tile); j < Math.Min(rows.Rows, (second + 1) * Tile) && kept[i] < MostPairsOfRow; j++)
                    {
                        var cosine = TensorPrimitives.Dot<float>(values.AsSpan(i * width, width), values.AsSpan(j * width, width));
                        if (cosine >= threshold)
                        {
                            own.Add(new(i, j, cosine));
                            kept[i]++;
                        }
                    }
                }
            }
        });
        return [.. found.SelectMany(f => f).OrderBy(p => p.First).ThenBy(p => p.Second)];
    }

    internal static IReadOnlyList<Pair> BySignature(
        EmbeddingMatrix rows, float threshold, RandomStreams random, int threads, CancellationToken cancellation)
    {
        var leading = Math.Min(63, BitOperations.Log2((uint)rows.Rows) - 2);
        var found = new Dictionary<(int First, int Second), float>();
        for (var table = 0; table < Tables; table++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (signatures, order) = (Signatures(rows, random.Create($"signature/{table}"), threads), Enumerable.Range(0, rows.Rows).ToArray());
            Array.Sort(signatures, order);
            var parts = new List<Pair>[threads];
            Parallel.For(0, threads, part =>
            {
                var own = parts[part] = [];
                for (var at = (int)((long)rows.Rows * part / threads); at < (int)((long)rows.Rows * (part + 1) / threads); at++)
                {
                    for (var next = at + 1; next < Math.Min(rows.Rows, at + Window)
                        && (signatures[at] ^ signatures[next]) >> (64 - leading) == 0; next++)
                    {
                        var (i, j) = (Math.Min(order[at], order[next]), Math.Max(order[at], order[next]));
                        var cosine = TensorPrimitives.Dot<float>(rows.Row(i), rows.Row(j));
                        if (cosine >= threshold)
                        {
                            own.Add(new(i, j, cosine));
                        }
                    }
                }
            });
            foreach (var pair in parts.SelectMany(p => p))
            {
                found[(pair.First, pair.Second)] = pair.Cosine;
            }
        }

        return [.. found.Select(f => new Pair(f.Key.First, f.Key.Second, f.Value)).OrderBy(p => p.First).ThenBy(p => p.Second)];
    }

    /// <summary>64 signs of projections on random directions, each of which adds up 16 coordinates, drawn with their signs.</summary>
    private static ulong[] Signatures(EmbeddingMatrix rows, SeededRandom random, int threads)
    {
        const int Terms = 16;
        var (coordinates, signs) = (new int[64 * Terms], new float[64 * Terms]);
        for (var t = 0; t < coordinates.Length; t++)
        {
            (coordinates[t], signs[t]) = (random.Next(rows.Dimension), (float)random.NextGaussian());
        }

        var signatures = new ulong[rows.Rows];
        Parallel.For(0, rows.Rows, new() { MaxDegreeOfParallelism = threads }, r =>
        {
            var row = rows.Row(r);
            ulong signature = 0;
            for (var bit = 0; bit < 64; bit++)
            {
                float sum = 0;
                for (var t = bit * Terms; t < (bit + 1) * Terms; t++)
                {
                    sum += signs[t] * row[coordinates[t]];
                }

                signature = (signature << 1) | (sum > 0 ? 1UL : 0);
            }

            signatures[r] = signature;
        });
        return signatures;
    }
}
