namespace EmbedKit.Embedding.Images;

/// <summary>What one of Hugging Face's image processors does where its config says nothing; sizes as its source declares them.</summary>
/// <param name="Name">Class name without <c>ImageProcessor</c>, <c>FeatureExtractor</c> and <c>Fast</c>.</param>
/// <param name="ShortestEdge">Whether one bare number is the shorter side; otherwise it is a square.</param>
/// <param name="Size">Size resized to.</param>
/// <param name="Crops">Whether it crops, to 224×224.</param>
/// <param name="Filter">Resampling kernel.</param>
/// <param name="Mean">Mean of each channel.</param>
/// <param name="StandardDeviation">Standard deviation of each channel.</param>
internal sealed record ImageProcessor(
    string Name, bool ShortestEdge, int Size, bool Crops, ResizeFilter Filter, double[] Mean, double[] StandardDeviation)
{
    internal const int Crop = 224;

    /// <summary>Statistics of OpenAI's CLIP.</summary>
    internal static readonly double[] ClipMean = [0.48145466, 0.4578275, 0.40821073];

    /// <inheritdoc cref="ClipMean"/>
    internal static readonly double[] ClipDeviation = [0.26862954, 0.26130258, 0.27577711];

    private static readonly double[] Half = [0.5, 0.5, 0.5];

    /// <summary>DINOv2's checkpoints name BiT's processor; SigLIP 2 of fixed resolution and MedSigLIP name SigLIP's.</summary>
    private static readonly ImageProcessor[] All =
    [
        new("CLIP", true, 224, true, ResizeFilter.Bicubic, ClipMean, ClipDeviation),
        new("Bit", true, 224, true, ResizeFilter.Bicubic, ClipMean, ClipDeviation),
        new("ViT", false, 224, false, ResizeFilter.Bilinear, Half, Half),
        new("Siglip", false, 224, false, ResizeFilter.Bicubic, Half, Half),
    ];

    internal static string Known => string.Join(", ", All.Select(p => p.Name + "ImageProcessor"));

    /// <summary>The processor of a class name, old (<c>CLIPFeatureExtractor</c>), new or fast; null for others.</summary>
    internal static ImageProcessor? Find(string className) => All.FirstOrDefault(p =>
        className == p.Name + "ImageProcessor" || className == p.Name + "ImageProcessorFast" || className == p.Name + "FeatureExtractor");
}
