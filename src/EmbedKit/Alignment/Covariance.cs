using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Alignment;

/// <summary>Covariance matrices and their powers in float64, through LAPACK. What these give lives in native memory: call them in a dispose
/// scope.</summary>
internal static class Covariance
{
    /// <summary>Rows less their mean (N×D).</summary>
    internal static Tensor Centred(EmbeddingMatrix rows) => tensor(Moments.Centred(rows), [rows.Rows, rows.Dimension]);

    /// <summary>C + r·(tr C/D)·I (D×D), divisor N − 1: the ridge r keeps directions without variance from blowing up when C is inverted.</summary>
    internal static Tensor Of(EmbeddingMatrix rows, double ridge)
    {
        using var scope = NewDisposeScope();
        var centred = Centred(rows);
        var covariance = centred.t().mm(centred).DivideInPlace(rows.Rows - 1);
        return covariance.Plus(eye(rows.Dimension, dtype: ScalarType.Float64).Times(ridge * covariance.trace().Value() / rows.Dimension))
            .MoveToOuterDisposeScope();
    }

    /// <summary>A symmetric positive matrix to a power, by its eigenvalues.</summary>
    internal static Tensor Power(Tensor symmetric, double exponent)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(symmetric);
        double[] raised = [.. values.data<double>().ToArray().Select(v => Math.Pow(Math.Max(v, double.Epsilon), exponent))];
        return vectors.mul(tensor(raised)).mm(vectors.t()).MoveToOuterDisposeScope();
    }

    /// <summary>The values, row by row.</summary>
    internal static double[] Values(Tensor matrix) => matrix.contiguous().data<double>().ToArray();
}
