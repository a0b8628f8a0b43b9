using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// The published map between widths: each row is read as a curve over <c>linspace(0, 1, D)</c> and linearly interpolated at
/// <c>linspace(0, 1, W)</c>. The coordinate index has no meaning in an embedding, so this is the paper's choice, not a good one.
/// </summary>
public static class Stretch
{
    /// <summary>Rows stretched from D to <paramref name="width"/> coordinates; D = <paramref name="width"/> gives the matrix itself.</summary>
    /// <param name="matrix">N×D.</param>
    /// <param name="width">W, at least D.</param>
    public static EmbeddingMatrix ToWidth(EmbeddingMatrix matrix, int width)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, matrix.Dimension);
        if (width == matrix.Dimension)
        {
            return matrix;
        }

        var last = matrix.Dimension - 1;
        var (left, part) = Positions(matrix.Dimension, width);
        return EmbeddingMatrix.Make(matrix.Rows, width, (i, to) =>
        {
            var from = matrix.Row(i);
            for (var j = 0; j < to.Length; j++)
            {
                double a = from[left[j]], b = from[Math.Min(left[j] + 1, last)];
                to[j] = (float)(a + (part[j] * (b - a)));
            }
        });
    }

    /// <summary>For each of the new coordinates: the old one at or before it, and how far it lies towards the next, 0 to 1.</summary>
    internal static (int[] Left, double[] Part) Positions(int dimension, int width)
    {
        var (last, left, part) = (dimension - 1, new int[width], new double[width]);
        for (var j = 0; j < width; j++)
        {
            var position = (double)j * last / (width - 1);
            left[j] = Math.Min((int)position, Math.Max(0, last - 1));
            part[j] = position - left[j];
        }

        return (left, part);
    }

    /// <summary>Both modalities at the width of the wider one.</summary>
    /// <param name="set">Rows with both modalities.</param>
    public static EmbeddingSet ToCommonWidth(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var (image, text) = (set.RequireImage(), set.RequireText());
        var width = Math.Max(image.Dimension, text.Dimension);
        return image.Dimension == text.Dimension ? set : set.With(ToWidth(image, width), ToWidth(text, width));
    }
}
