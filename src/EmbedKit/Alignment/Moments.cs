using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>Mean and spread of the rows of one modality, in float64.</summary>
internal static class Moments
{
    /// <summary>The mean row (D).</summary>
    internal static double[] Mean(EmbeddingMatrix matrix)
    {
        var mean = new RunningMean();
        mean.Add(matrix);
        return mean.Mean;
    }

    /// <summary>Variance of each coordinate (D), divisor N − 1.</summary>
    /// <exception cref="InputException">Fewer than two rows.</exception>
    internal static double[] Variances(EmbeddingMatrix matrix)
    {
        RequireSpread(matrix);
        double[] mean = Mean(matrix), variances = new double[matrix.Dimension], row = new double[matrix.Dimension];
        for (var i = 0; i < matrix.Rows; i++)
        {
            TensorPrimitives.ConvertChecked<float, double>(matrix.Row(i), row);
            TensorPrimitives.Subtract<double>(row, mean, row);
            TensorPrimitives.MultiplyAdd<double>(row, row, variances, variances);
        }

        TensorPrimitives.Divide(variances, matrix.Rows - 1, variances);
        return variances;
    }

    /// <exception cref="InputException">Fewer than two rows.</exception>
    internal static void RequireSpread(EmbeddingMatrix matrix)
    {
        if (matrix.Rows < 2)
        {
            throw new InputException($"alignment: {matrix.Rows} training row; expected two or more, since one row has no spread.");
        }
    }

    /// <summary>Rows less their mean, N×D row-major.</summary>
    /// <exception cref="InputException">Fewer than two rows.</exception>
    internal static double[] Centred(EmbeddingMatrix matrix)
    {
        RequireSpread(matrix);
        var (mean, centred) = (Mean(matrix), new double[(long)matrix.Rows * matrix.Dimension]);
        for (var i = 0; i < matrix.Rows; i++)
        {
            var row = centred.AsSpan(i * matrix.Dimension, matrix.Dimension);
            TensorPrimitives.ConvertChecked<float, double>(matrix.Row(i), row);
            TensorPrimitives.Subtract(row, mean, row);
        }

        return centred;
    }
}
