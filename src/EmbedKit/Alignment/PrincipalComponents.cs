using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Alignment;

/// <summary>
/// Principal component analysis, for pictures of embeddings: the directions of largest variance, each turned so that its largest loading is
/// positive. Computed in float64 from the smaller of the D×D covariance and the N×N Gram matrix.
/// </summary>
public sealed class PrincipalComponents
{
    private PrincipalComponents(double[] mean, double[][] components, double[] variance, double[] ratio) =>
        (Mean, Components, ExplainedVariance, ExplainedVarianceRatio) = (mean, components, variance, ratio);

    /// <summary>Mean row (D).</summary>
    public double[] Mean { get; }

    /// <summary>K unit directions of D.</summary>
    public double[][] Components { get; }

    /// <summary>Variance along each direction (divisor N − 1).</summary>
    public double[] ExplainedVariance { get; }

    /// <summary>The same as a share of the total variance.</summary>
    public double[] ExplainedVarianceRatio { get; }

    /// <summary>Finds the first K components.</summary>
    /// <param name="matrix">N×D with N ≥ 2.</param>
    /// <param name="components">K, 1…min(N, D).</param>
    public static PrincipalComponents Fit(EmbeddingMatrix matrix, int components)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(matrix.Rows, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(components, Math.Min(matrix.Rows, matrix.Dimension));
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var rows = torch.tensor(matrix.Values, matrix.Rows, matrix.Dimension).to(torch.float64);
        var mean = rows.mean([0]);
        var centred = rows.sub_(mean);
        var total = centred.Squared().sum().item<double>() / (matrix.Rows - 1);
        var wide = matrix.Dimension > matrix.Rows;
        var (values, vectors) = torch.linalg.eigh(wide ? centred.mm(centred.t()) : centred.t().mm(centred));

        // Eigenvalues come in rising order; a Gram matrix's eigenvectors u give directions Xᵀu.
        var last = vectors.narrow(1, vectors.shape[1] - components, components).flip(1);
        var directions = (wide ? centred.t().mm(last) : last).t();
        directions = directions / directions.norm(1, keepdim: true).AtLeast(double.Epsilon);
        var found = new double[components][];
        var variance = new double[components];
        for (var k = 0; k < components; k++)
        {
            found[k] = directions[k].data<double>().ToArray();
            var largest = found[k].MaxBy(Math.Abs);
            found[k] = largest < 0 ? [.. found[k].Select(v => -v)] : found[k];
            variance[k] = Math.Max(0, values[values.shape[0] - 1 - k].item<double>()) / (matrix.Rows - 1);
        }

        return new(mean.data<double>().ToArray(), found, variance, [.. variance.Select(v => total == 0 ? 0 : v / total)]);
    }

    /// <summary>Coordinates of rows along the components: N rows of K.</summary>
    /// <param name="matrix">N×D.</param>
    public double[][] Transform(EmbeddingMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfNotEqual(matrix.Dimension, Mean.Length);
        var result = new double[matrix.Rows][];
        for (var i = 0; i < matrix.Rows; i++)
        {
            var row = matrix.Row(i);
            result[i] = new double[Components.Length];
            for (var k = 0; k < Components.Length; k++)
            {
                var sum = 0.0;
                for (var d = 0; d < row.Length; d++)
                {
                    sum += (row[d] - Mean[d]) * Components[k][d];
                }

                result[i][k] = sum;
            }
        }

        return result;
    }
}
