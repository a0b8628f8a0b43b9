using EmbedKit.Alignment;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Evaluation;

/// <summary>
/// All that is measured of two modalities in one space: gap, cones, principal variance, separability, retrieval. The first two take every
/// row; the others, which cost more than a pass, at most <see cref="Sample"/> rows, evenly spaced.
/// </summary>
public sealed record ModalityMeasures
{
    private static readonly int[] Ks = [1, 5, 10];

    /// <summary>Most rows that principal variance, separability and retrieval look at.</summary>
    public const int Sample = 2000;

    /// <summary>Rows measured.</summary>
    public required int Count { get; init; }

    /// <summary>Gap and cones.</summary>
    public required ModalityGap Gap { get; init; }

    /// <summary>Shares of the variance of all unit rows together on their first two principal components, 0–1, as the paper's figures give
    /// them.</summary>
    public required IReadOnlyList<double> PrincipalVariance { get; init; }

    /// <summary><see cref="LinearSeparability"/>; null for too few rows.</summary>
    public required double? Separability { get; init; }

    /// <summary>R@1, R@5, R@10 of images that search for their texts; null for unequal widths or fewer than 10 rows.</summary>
    public required IReadOnlyList<double>? ImageToText { get; init; }

    /// <summary>The same for texts that search for their images.</summary>
    public required IReadOnlyList<double>? TextToImage { get; init; }

    /// <summary>Measures rows as they are given; nothing is learned that is kept.</summary>
    /// <param name="set">N rows with both modalities; of unequal widths the narrower is stretched as published, but for retrieval, which is left
    /// out.</param>
    /// <param name="random">The stream <c>separability</c>.</param>
    /// <exception cref="InputException">A modality is missing, or a row is zero.</exception>
    public static ModalityMeasures Of(EmbeddingSet set, RandomStreams random)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(random);
        var unit = UnitRows.Of(set, Sample);
        var (image, text) = (unit.RequireImage(), unit.RequireText());
        var both = new EmbeddingMatrix(2 * image.Rows, image.Dimension, [.. image.Values, .. text.Values]);
        var oneSpace = set.RequireImage().Dimension == set.RequireText().Dimension && unit.Count >= Ks[^1];
        double[]? Recall(RetrievalDirection direction) =>
            oneSpace && Retrieval.Ranks(unit, direction) is var ranks ? [.. Ks.Select(k => ranks.Count(r => r <= k) / (double)unit.Count)] : null;
        return new()
        {
            Count = set.Count,
            Gap = ModalityGap.Of(set),
            PrincipalVariance = PrincipalComponents.Fit(both, Math.Min(2, image.Dimension)).ExplainedVarianceRatio,
            Separability = LinearSeparability.Accuracy(unit, random.Create("separability")),
            ImageToText = Recall(RetrievalDirection.ImageToText),
            TextToImage = Recall(RetrievalDirection.TextToImage),
        };
    }

    /// <summary>The measures by name, in a fixed order; null where one is not defined.</summary>
    public IReadOnlyList<(string Name, double? Value)> ToNamed() =>
    [
        ("gap", Gap.Norm),
        ("relative_gap", Finite(Gap.RelativeGap)),
        ("image_resultant_length", Gap.ImageResultantLength),
        ("text_resultant_length", Gap.TextResultantLength),
        ("image_spherical_variance", Gap.ImageSphericalVariance),
        ("text_spherical_variance", Gap.TextSphericalVariance),
        ("cosine_within_image", Finite(Gap.MeanCosineWithinImage)),
        ("cosine_within_text", Finite(Gap.MeanCosineWithinText)),
        ("cosine_between", Gap.MeanCosineBetween),
        ("cosine_of_pairs", Gap.MeanCosineOfPairs),
        .. PrincipalVariance.Select((v, i) => ($"principal_variance_{i + 1}", (double?)v)),
        ("linear_separability", Separability),
        .. Ks.Select((k, i) => ($"recall_at_{k}_image_to_text", ImageToText?[i])),
        .. Ks.Select((k, i) => ($"recall_at_{k}_text_to_image", TextToImage?[i])),
    ];

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
