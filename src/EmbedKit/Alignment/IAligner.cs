using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>Something that brings image and text embeddings closer together (or, as a null, does not).</summary>
public interface IAligner
{
    /// <summary>The name on the command line and in result tables.</summary>
    string Name { get; }

    /// <summary>Learns from training rows.</summary>
    /// <param name="training">Rows with both modalities.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, or a row is zero.</exception>
    IFittedAligner Fit(TrainingSet training);
}

/// <summary>An aligner that has learned what it needs. Each row's result depends on that row alone.</summary>
public interface IFittedAligner
{
    /// <summary>Aligned copies of both modalities; table and provenance stay.</summary>
    /// <param name="set">Rows with both modalities, of the widths learned from.</param>
    /// <param name="noise">Noise to add after normalising and before the alignment acts; null for none.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, a width differs, or a row is zero.</exception>
    EmbeddingSet Transform(EmbeddingSet set, GaussianNoise? noise = null);
}
