using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Evaluation;

/// <summary>
/// How well a plane tells image rows from text rows: the accuracy of a ridge least-squares classifier on rows that it was not fitted to.
/// 1 where a gap parts the modalities, about 0.5 where they lie together.
/// </summary>
public static class LinearSeparability
{
    /// <summary>Rows below which there is no answer.</summary>
    public const int FewestRows = 10;

    private const double Ridge = 1e-3;
    private const int Iterations = 40;

    /// <summary>Fits on a random 70 % of the rows (both modalities of a row together) and measures on the others.</summary>
    /// <param name="set">N rows of both modalities, of equal widths.</param>
    /// <param name="random">Draws the rows.</param>
    /// <returns>0–1; null for fewer than <see cref="FewestRows"/> rows.</returns>
    /// <exception cref="InputException">A modality is missing, or the widths differ.</exception>
    public static double? Accuracy(EmbeddingSet set, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(random);
        var (image, text) = (set.RequireImage(), set.RequireText());
        if (image.Dimension != text.Dimension)
        {
            throw new InputException(
                $"{set.Table.Source}: widths {image.Dimension} (image) and {text.Dimension} (text); expected equal widths to look for one plane.");
        }

        if (set.Count < FewestRows)
        {
            return null;
        }

        int[] order = [.. Enumerable.Range(0, set.Count)];
        random.Shuffle(order);
        var fitted = (set.Count * 7) / 10;
        var (rows, mean) = Centred(image, text, order[..fitted]);
        var plane = Solve(rows, 2 * fitted, image.Dimension);
        var threshold = TensorPrimitives.Dot<double>(plane, mean);
        var right = 0;
        foreach (var i in order[fitted..])
        {
            right += Along(plane, image.Row(i)) > threshold ? 1 : 0;
            right += Along(plane, text.Row(i)) < threshold ? 1 : 0;
        }

        return right / (2.0 * (set.Count - fitted));
    }

    private static double Along(double[] plane, ReadOnlySpan<float> row)
    {
        var wide = new double[row.Length];
        TensorPrimitives.ConvertChecked(row, wide);
        return TensorPrimitives.Dot<double>(plane, wide);
    }

    /// <summary>Image rows, then text rows, less the mean of all.</summary>
    private static (double[] Rows, double[] Mean) Centred(EmbeddingMatrix image, EmbeddingMatrix text, int[] chosen)
    {
        var width = image.Dimension;
        var (rows, mean) = (new double[2L * chosen.Length * width], new double[width]);
        for (var i = 0; i < 2 * chosen.Length; i++)
        {
            var row = rows.AsSpan(i * width, width);
            TensorPrimitives.ConvertChecked<float, double>((i < chosen.Length ? image : text).Row(chosen[i % chosen.Length]), row);
            TensorPrimitives.Add<double>(mean, row, mean);
        }

        TensorPrimitives.Divide(mean, 2.0 * chosen.Length, mean);
        for (var i = 0; i < 2 * chosen.Length; i++)
        {
            var row = rows.AsSpan(i * width, width);
            TensorPrimitives.Subtract(row, mean, row);
        }

        return (rows, mean);
    }

    /// <summary>(XᵀX + ridge·tr(XᵀX)/D·I)·w = Xᵀy with y = 1 for images and −1 for texts, by conjugate gradients.</summary>
    private static double[] Solve(double[] rows, int count, int width)
    {
        var weight = Ridge * TensorPrimitives.SumOfSquares<double>(rows) / width;
        double[] solution = new double[width], residual = new double[width], image = new double[width];
        for (var i = 0; i < count; i++)
        {
            TensorPrimitives.MultiplyAdd(rows.AsSpan(i * width, width), i < count / 2 ? 1 : -1, residual, residual);
        }

        double[] direction = [.. residual];
        var size = TensorPrimitives.SumOfSquares<double>(residual);
        var small = size * 1e-16;
        for (var step = 0; step < Iterations && size > small; step++)
        {
            TensorPrimitives.Multiply(direction, weight, image);
            for (var i = 0; i < count; i++)
            {
                var row = rows.AsSpan(i * width, width);
                TensorPrimitives.MultiplyAdd(row, TensorPrimitives.Dot<double>(row, direction), image, image);
            }

            var length = size / TensorPrimitives.Dot<double>(direction, image);
            TensorPrimitives.MultiplyAdd(direction, length, solution, solution);
            TensorPrimitives.MultiplyAdd(image, -length, residual, residual);
            var next = TensorPrimitives.SumOfSquares<double>(residual);
            TensorPrimitives.MultiplyAdd(direction, next / size, residual, direction);
            size = next;
        }

        return solution;
    }
}
