using System.Numerics.Tensors;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// A gap shift that leaves the images' main subspace alone: v = g − P·g, P projecting onto the first <see cref="Components"/> principal
/// directions of the image rows (those searched). Along these the gap carries meaning, and a shift would blur it. After a
/// summary of arXiv 2603.29080; not checked against the paper or its code.
/// </summary>
/// <param name="options">λ and how rows come into one space.</param>
internal sealed class ProjectedShift(ShiftOptions options) : IAligner
{
    /// <summary>Directions spared: 16, or half the coordinates, or one less than the rows, where that is fewer.</summary>
    public const int Components = 16;

    /// <inheritdoc/>
    public string Name => "projected-shift";

    /// <summary>Learns gap and subspace from training rows.</summary>
    /// <param name="training">Two rows or more with both modalities.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, a row is zero, or there is one row only.</exception>
    public FittedShift Fit(TrainingSet training)
    {
        var space = CommonSpace.Fit(training, options);
        var rows = space.Prepare(training.Rows);
        var (image, vector) = (rows.RequireImage(), ModalityGap.Between(rows));
        Moments.RequireSpread(image);
        var main = PrincipalComponents.Fit(image, Math.Max(1, Math.Min(Components, Math.Min(image.Dimension / 2, image.Rows - 1))));
        foreach (var (direction, share) in main.Components.Zip(main.ExplainedVarianceRatio))
        {
            // Beyond the variance there is (stretched rows have few directions), any direction would do, and none is main.
            if (share > 1e-10)
            {
                TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, vector), vector, vector);
            }
        }

        return new(vector, options, space);
    }

    IFittedAligner IAligner.Fit(TrainingSet training) => Fit(training);
}
