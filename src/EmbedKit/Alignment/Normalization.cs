using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>L2 normalisation, n(x) = x/‖x‖₂, row by row.</summary>
public static class Normalization
{
    /// <summary>Both modalities with rows of length 1.</summary>
    /// <param name="set">N rows.</param>
    /// <exception cref="InputException">A row is zero; the message names it.</exception>
    public static EmbeddingSet Normalize(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return set.With(
            set.Image is null ? null : Normalize(set.Image, set.Ids, $"{set.Table.Source}: image embedding"),
            set.Text is null ? null : Normalize(set.Text, set.Ids, $"{set.Table.Source}: text embedding"));
    }

    /// <summary>A copy with rows of length 1.</summary>
    /// <param name="matrix">N×D.</param>
    /// <param name="ids">N ids, for messages.</param>
    /// <param name="what">What the rows are, for messages, e.g. <c>train.csv: image embedding</c>.</param>
    /// <exception cref="InputException">A row is zero or not finite; the message names it.</exception>
    public static EmbeddingMatrix Normalize(EmbeddingMatrix matrix, IReadOnlyList<string> ids, string what)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(ids);
        var row = new double[matrix.Dimension];
        return EmbeddingMatrix.Make(matrix.Rows, matrix.Dimension, (i, target) =>
        {
            TensorPrimitives.ConvertChecked<float, double>(matrix.Row(i), row);
            NormalizeInto(row, target, ids[i], what);
        });
    }

    /// <summary>Writes n(row), divided in double precision, so that a float32 result is rounded once; the row is spent.</summary>
    internal static void NormalizeInto(Span<double> row, Span<float> target, string id, string what)
    {
        var length = TensorPrimitives.Norm<double>(row);
        if (length == 0 || !double.IsFinite(length))
        {
            throw new InputException($"{what} of row '{id}' has length {length}; expected a row that is neither zero nor infinite. " +
                "Remove the row, or embed it again: there is no direction to compare.");
        }

        TensorPrimitives.Divide(row, length, row);
        TensorPrimitives.ConvertTruncating<double, float>(row, target);
    }
}
