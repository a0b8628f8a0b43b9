using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// Standardises each coordinate of each modality: x' = n((x − μ)/σ), as scikit-learn's StandardScaler (σ with divisor N, 1 where a coordinate
/// is constant). Gap and cone go, and every coordinate counts alike.
/// </summary>
/// <param name="options">How rows come into one space.</param>
internal sealed class ZScore(SpaceOptions options) : IAligner
{
    /// <inheritdoc/>
    public string Name => "z-score";

    /// <inheritdoc/>
    public IFittedAligner Fit(TrainingSet training)
    {
        var space = CommonSpace.Fit(training, options);
        var rows = space.Prepare(training.Rows);
        return new FittedMaps(space, Standardise(rows.RequireImage()), Standardise(rows.RequireText()));
    }

    private static RowMap Standardise(EmbeddingMatrix rows)
    {
        // What rounding leaves of a constant coordinate is no spread to divide by.
        var mean = Moments.Mean(rows);
        double[] scale =
            [.. Moments.Variances(rows)
                .Select((v, d) => Math.Sqrt(v * (rows.Rows - 1) / rows.Rows) is var s && s > 1e-7 * Math.Abs(mean[d]) && s > 0 ? 1 / s : 1)];
        return RowMap.Scaling(mean, new double[rows.Dimension], scale);
    }
}
