using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Alignment;

/// <summary>
/// CORAL (Sun, Feng and Saenko 2016, arXiv 1511.05547): text is whitened and takes the images' covariance, and here their mean too:
/// text' = n(μ_I + (text − μ_T)·C_T^(−1/2)·C_I^(1/2)); images are only normalised.
/// </summary>
/// <remarks>
/// Its code adds the identity to covariances of standardised columns. Embeddings are not standardised, so the identity is added in units of
/// the mean variance, C + (tr C/D)·I: the same thing at the scale of the data.
/// </remarks>
/// <param name="options">How rows come into one space.</param>
internal sealed class Coral(SpaceOptions options) : IAligner
{
    private const double Ridge = 1;

    /// <inheritdoc/>
    public string Name => "coral";

    /// <inheritdoc/>
    public IFittedAligner Fit(TrainingSet training)
    {
        var space = CommonSpace.Fit(training, options);
        var rows = space.Prepare(training.Rows);
        var (image, text) = (rows.RequireImage(), rows.RequireText());
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var map = Covariance.Power(Covariance.Of(text, Ridge), -0.5).mm(Covariance.Power(Covariance.Of(image, Ridge), 0.5));
        return new FittedMaps(space, null, RowMap.Affine(Moments.Mean(text), Moments.Mean(image), Covariance.Values(map)));
    }
}
