using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>Noise as a step of a <see cref="Sequence"/>: x' = n(n(x) + σ·ε). It learns nothing; widths stay as they are.</summary>
/// <param name="own">Strength and seed.</param>
internal sealed class NoiseStep(GaussianNoise own) : IAligner, IFittedAligner
{
    /// <inheritdoc/>
    public string Name => "noise";

    /// <summary>Learns nothing.</summary>
    /// <param name="training">Ignored.</param>
    public IFittedAligner Fit(TrainingSet training) => this;

    /// <inheritdoc/>
    public EmbeddingSet Transform(EmbeddingSet set, GaussianNoise? noise = null)
    {
        var unit = Normalization.Normalize(set);
        return Normalization.Normalize(own.Add(noise is null ? unit : noise.Add(unit)));
    }
}
