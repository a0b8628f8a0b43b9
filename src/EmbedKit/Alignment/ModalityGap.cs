using System.Numerics.Tensors;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// How far apart the two modalities lie (Liang et al. 2022, the modality gap) and how narrow the cone of each is (the cone effect).
/// Measured on rows normalised first and, where widths differ, stretched to the wider one.
/// </summary>
public sealed record ModalityGap
{
    /// <summary>g = mean of image rows − mean of text rows (D).</summary>
    public required double[] Vector { get; init; }

    /// <summary>‖g‖, the distance between the centroids: 0…2 for unit rows.</summary>
    public double Norm => TensorPrimitives.Norm<double>(Vector);

    /// <summary>‖mean of image rows‖: 1 when all rows point one way, near 0 when they point everywhere.</summary>
    public required double ImageResultantLength { get; init; }

    /// <summary>‖mean of text rows‖.</summary>
    public required double TextResultantLength { get; init; }

    /// <summary>Mean cosine over pairs of different image rows; NaN for fewer than two rows.</summary>
    public required double MeanCosineWithinImage { get; init; }

    /// <summary>Mean cosine over pairs of different text rows; NaN for fewer than two rows.</summary>
    public required double MeanCosineWithinText { get; init; }

    /// <summary>Mean cosine over all pairs of an image row and a text row.</summary>
    public required double MeanCosineBetween { get; init; }

    /// <summary>Mean cosine of the image and the text of one row.</summary>
    public required double MeanCosineOfPairs { get; init; }

    /// <summary>Spherical variance of the image rows (Mardia and Jupp 2000), 1 − resultant length: 0…1.</summary>
    public double ImageSphericalVariance => 1 - ImageResultantLength;

    /// <summary>Spherical variance of the text rows.</summary>
    public double TextSphericalVariance => 1 - TextResultantLength;

    /// <summary>
    /// Relative modality gap (Schrodi et al. 2025): how far apart pairs lie, as a share of that plus how far apart rows of one modality lie,
    /// p/(w + p) with distances (1 − cosine)/2. 0 when pairs coincide, 0.5 when pairs are as far apart as rows of one modality; NaN for fewer than
    /// two rows.
    /// </summary>
    public double RelativeGap
    {
        get
        {
            var (pairs, within) = (1 - MeanCosineOfPairs, 1 - ((MeanCosineWithinImage + MeanCosineWithinText) / 2));
            return within + pairs == 0 ? double.NaN : pairs / (within + pairs);
        }
    }

    /// <summary>Measures rows as they are given, without learning anything: description, not fitting.</summary>
    /// <param name="set">N rows with both modalities.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, or a row is zero.</exception>
    public static ModalityGap Of(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var equal = set.RequireImage().Dimension == set.RequireText().Dimension;
        var (stretched, unit, pairs) = (new RunningGap(), new RunningGap(), 0.0);
        foreach (var block in set.InBlocks())
        {
            var rows = Stretch.ToCommonWidth(Normalization.Normalize(block));
            var unitRows = equal ? rows : Normalization.Normalize(rows);
            stretched.Add(rows);
            unit.Add(unitRows);
            for (var i = 0; i < rows.Count; i++)
            {
                pairs += TensorPrimitives.Dot<float>(unitRows.Image!.Row(i), unitRows.Text!.Row(i));
            }
        }

        var (imageMean, textMean) = (unit.Image.Mean, unit.Text.Mean);
        double imageLength = TensorPrimitives.Norm<double>(imageMean), textLength = TensorPrimitives.Norm<double>(textMean);
        return new()
        {
            Vector = stretched.Vector,
            ImageResultantLength = imageLength,
            TextResultantLength = textLength,
            MeanCosineWithinImage = Within(imageLength, set.Count),
            MeanCosineWithinText = Within(textLength, set.Count),
            MeanCosineBetween = TensorPrimitives.Dot<double>(imageMean, textMean),
            MeanCosineOfPairs = pairs / set.Count,
        };
    }

    /// <summary>Mean of image rows − mean of text rows, for rows that are prepared already.</summary>
    internal static double[] Between(EmbeddingSet prepared) => Between([prepared]);

    /// <summary>The same for rows that come in blocks.</summary>
    internal static double[] Between(IEnumerable<EmbeddingSet> prepared)
    {
        var gap = new RunningGap();
        foreach (var block in prepared)
        {
            gap.Add(block);
        }

        return gap.Vector;
    }

    /// <summary>‖Σx‖² = N + Σ over pairs of different rows, for unit rows.</summary>
    private static double Within(double resultantLength, int rows) =>
        rows < 2 ? double.NaN : ((rows * resultantLength * resultantLength) - 1) / (rows - 1);
}
