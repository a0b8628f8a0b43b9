using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// The paper's alignment (arXiv 2406.02601, <c>modify_and_normalize_embeddings</c> of its code): both modalities move toward each other along
/// the modality gap g of the training rows, text' = n(text + λ/2·g), image' = n(image − λ/2·g). Unequal widths are matched first, by default
/// stretched as published.
/// </summary>
/// <param name="options">λ and where rows are normalised.</param>
public sealed class GapShift(ShiftOptions options) : IAligner
{
    /// <inheritdoc/>
    /// <remarks>Without renormalising it is a null: each modality moves by a constant, which the first layer's bias absorbs.</remarks>
    public string Name => options.Renormalize ? "gap-shift" : "no-renormalize";

    /// <summary>Learns g from training rows, clean of noise.</summary>
    /// <param name="training">Rows with both modalities.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, or a row is zero.</exception>
    public FittedShift Fit(TrainingSet training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var space = CommonSpace.Fit(training, options);
        return new(ModalityGap.Between(training.Rows.InBlocks().Select(space.Prepare)), options, space);
    }

    IFittedAligner IAligner.Fit(TrainingSet training) => Fit(training);
}
