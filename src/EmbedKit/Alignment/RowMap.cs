using System.Numerics.Tensors;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// One affine map for every row: y = to + (x − from)·A, A being the identity, a diagonal, or a D×W matrix. Each row is computed by itself in
/// float64 and in one order, so that its result does not depend on the rows around it, to the last bit.
/// </summary>
internal sealed class RowMap
{
    /// <summary>Rows that share one pass over the matrix, so that it is read from memory once for all of them.</summary>
    private const int Block = 16;

    private readonly double[]? _matrix;
    private readonly double[]? _scale;
    private readonly double[] _from;
    private readonly double[] _to;

    private RowMap(double[] from, double[] to, double[]? scale, double[]? matrix) => (_from, _to, _scale, _matrix) = (from, to, scale, matrix);

    /// <summary>y = to + (x − from).</summary>
    internal static RowMap Translation(double[] from, double[] to) => new(from, to, null, null);

    /// <summary>y = to + (x − from)∘scale.</summary>
    internal static RowMap Scaling(double[] from, double[] to, double[] scale) => new(from, to, scale, null);

    /// <summary>y = to + (x − from)·matrix, row-major.</summary>
    internal static RowMap Affine(double[] from, double[] to, double[] matrix) => new(from, to, null, matrix);

    /// <summary>y = x·matrix.</summary>
    internal static RowMap Linear(double[] matrix, int width, int target) => new(new double[width], new double[target], null, matrix);

    /// <summary>The rows mapped.</summary>
    internal EmbeddingMatrix Apply(EmbeddingMatrix rows) =>
        Apply(rows, (row, target, _) => TensorPrimitives.ConvertTruncating<double, float>(row, target));

    /// <summary>The rows mapped and normalised, rounded to float32 once.</summary>
    internal EmbeddingMatrix ApplyNormalized(EmbeddingMatrix rows, IReadOnlyList<string> ids, string what) =>
        Apply(rows, (row, target, i) => Normalization.NormalizeInto(row, target, ids[i], what));

    private EmbeddingMatrix Apply(EmbeddingMatrix rows, Store store)
    {
        var (width, result) = (_to.Length, new float[checked(rows.Rows * (long)_to.Length)]);
        double[][] from = [.. Enumerable.Range(0, Block).Select(_ => new double[rows.Dimension])], to =
            [.. Enumerable.Range(0, Block).Select(_ => new double[width])];
        for (var start = 0; start < rows.Rows; start += Block)
        {
            var count = Math.Min(Block, rows.Rows - start);
            for (var b = 0; b < count; b++)
            {
                TensorPrimitives.ConvertChecked<float, double>(rows.Row(start + b), from[b]);
                TensorPrimitives.Subtract<double>(from[b], _from, from[b]);
            }

            Move(from, to, count);
            for (var b = 0; b < count; b++)
            {
                store(to[b], result.AsSpan((start + b) * width, width), start + b);
            }
        }

        return new(rows.Rows, width, result);
    }

    private void Move(double[][] from, double[][] to, int count)
    {
        for (var b = 0; b < count; b++)
        {
            _to.CopyTo(to[b], 0);
            if (_scale is not null)
            {
                TensorPrimitives.MultiplyAdd<double>(from[b], _scale, to[b], to[b]);
            }
            else if (_matrix is null)
            {
                TensorPrimitives.Add<double>(to[b], from[b], to[b]);
            }
        }

        for (var d = 0; _matrix is not null && d < _from.Length; d++)
        {
            var line = _matrix.AsSpan(d * _to.Length, _to.Length);
            for (var b = 0; b < count; b++)
            {
                TensorPrimitives.MultiplyAdd(line, from[b][d], to[b], to[b]);
            }
        }
    }

    private delegate void Store(double[] row, Span<float> target, int index);
}
