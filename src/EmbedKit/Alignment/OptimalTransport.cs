using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Alignment;

/// <summary>
/// Optimal transport between Gaussians (Knott and Smith 1984): of all maps that give texts the mean and covariance of the images, the one that
/// moves them least: text' = n(μ_I + (text − μ_T)·A), A = C_T^(−1/2)·(C_T^(1/2)·C_I·C_T^(1/2))^(1/2)·C_T^(−1/2).
/// </summary>
/// <param name="options">How rows come into one space.</param>
internal sealed class OptimalTransport(SpaceOptions options) : IAligner
{
    private const double Ridge = 1e-3;

    /// <inheritdoc/>
    public string Name => "optimal-transport";

    /// <inheritdoc/>
    public IFittedAligner Fit(TrainingSet training)
    {
        var space = CommonSpace.Fit(training, options);
        var rows = space.Prepare(training.Rows);
        var (image, text) = (rows.RequireImage(), rows.RequireText());
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var (from, to) = (Covariance.Of(text, Ridge), Covariance.Of(image, Ridge));
        var (root, inverse) = (Covariance.Power(from, 0.5), Covariance.Power(from, -0.5));
        var map = inverse.mm(Covariance.Power(root.mm(to).mm(root), 0.5)).mm(inverse);
        return new FittedMaps(space, null, RowMap.Affine(Moments.Mean(text), Moments.Mean(image), Covariance.Values(map)));
    }
}
