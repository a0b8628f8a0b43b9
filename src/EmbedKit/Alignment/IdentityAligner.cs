using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>A null: normalises rows and aligns nothing. Widths stay as they are.</summary>
internal sealed class IdentityAligner : IAligner, IFittedAligner
{
    /// <inheritdoc/>
    public string Name => "identity";

    /// <summary>Learns nothing.</summary>
    /// <param name="training">Ignored.</param>
    public IFittedAligner Fit(TrainingSet training) => this;

    /// <inheritdoc/>
    public EmbeddingSet Transform(EmbeddingSet set, GaussianNoise? noise = null)
    {
        var unit = Normalization.Normalize(set);
        return noise is null ? unit : Normalization.Normalize(noise.Add(unit));
    }
}
