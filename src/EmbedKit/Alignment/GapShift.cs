using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// The paper's alignment (arXiv 2406.02601, <c>modify_and_normalize_embeddings</c> of its code): both modalities move toward each other along
/// the modality gap g of the training rows, text' = n(text + λ/2·g), image' = n(image − λ/2·g). Unequal widths are stretched first.
/// </summary>
/// <param name="options">λ and where rows are normalised.</param>
public sealed class GapShift(ShiftOptions options) : IAligner
{
    /// <inheritdoc/>
    public string Name => "gap-shift";

    /// <summary>Learns g from training rows, clean of noise.</summary>
    /// <param name="training">Rows with both modalities.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, or a row is zero.</exception>
    public FittedShift Fit(TrainingSet training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var rows = training.Rows;
        var gap = ModalityGap.Between(FittedShift.Prepare(rows, options));
        return new(gap, options, rows.RequireImage().Dimension, rows.RequireText().Dimension);
    }

    IFittedAligner IAligner.Fit(TrainingSet training) => Fit(training);
}
