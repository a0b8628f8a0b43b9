using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// Takes each modality's mean off: x' = n(x − μ), which removes gap and cone together. GR-CLIP (arXiv 2507.19054) and I0T do this to CLIP
/// embeddings; C3 adds noise after it (<see cref="Aligners"/>: <c>c3</c>).
/// </summary>
/// <param name="options">How rows come into one space.</param>
internal sealed class MeanCentering(SpaceOptions options) : IAligner
{
    /// <inheritdoc/>
    public string Name => "center";

    /// <inheritdoc/>
    public IFittedAligner Fit(TrainingSet training)
    {
        var space = CommonSpace.Fit(training, options);
        var rows = space.Prepare(training.Rows);
        return new FittedMaps(space, Centre(rows.RequireImage()), Centre(rows.RequireText()));
    }

    private static RowMap Centre(EmbeddingMatrix rows) => RowMap.Translation(Moments.Mean(rows), new double[rows.Dimension]);
}
