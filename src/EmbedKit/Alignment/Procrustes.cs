using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Alignment;

/// <summary>
/// Orthogonal Procrustes (Schönemann 1966): text is turned, as a rigid body, onto the images of the same rows,
/// text' = n(μ_I + (text − μ_T)·R) with R = UVᵀ from the SVD of (T − μ_T)ᵀ(I − μ_I); images are only normalised. It needs pairs.
/// </summary>
/// <remarks>With fewer rows than coordinates the pairs leave R open; then it comes as near to the identity as they allow.</remarks>
/// <param name="options">How rows come into one space.</param>
internal sealed class Procrustes(SpaceOptions options) : IAligner
{
    /// <summary>Weight of the identity beside the pairs: far below what they say, far above rounding.</summary>
    private const double Rest = 1e-9;

    /// <inheritdoc/>
    public string Name => "procrustes";

    /// <inheritdoc/>
    public IFittedAligner Fit(TrainingSet training)
    {
        var space = CommonSpace.Fit(training, options);
        var rows = space.Prepare(training.Rows);
        var (image, text) = (rows.RequireImage(), rows.RequireText());
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var cross = Covariance.Centred(text).t().mm(Covariance.Centred(image));
        var (u, _, vt) = linalg.svd(cross.Plus(eye(text.Dimension, dtype: ScalarType.Float64).Times(Rest * cross.norm().Value())));
        return new FittedMaps(space, null, RowMap.Affine(Moments.Mean(text), Moments.Mean(image), Covariance.Values(u.mm(vt))));
    }
}
