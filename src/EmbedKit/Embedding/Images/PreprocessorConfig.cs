using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// How an image becomes what an image model reads, in order: resize (at most one of <see cref="ShortestEdge"/>, <see cref="LongestEdge"/>,
/// <see cref="FixedSize"/>), centre crop, rescale, normalise. Read from a model folder, or written by hand.
/// </summary>
public sealed record PreprocessorConfig
{
    /// <summary>Length the shorter side is resized to, or null.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>Length the longer side is resized to, or null; the other side is rounded half to even, at least 1.</summary>
    public int? LongestEdge { get; init; }

    /// <summary>Height and width resized to, the aspect given up, or null.</summary>
    public (int Height, int Width)? FixedSize { get; init; }

    /// <summary>Height and width of the centre crop, or null.</summary>
    public (int Height, int Width)? CropSize { get; init; }

    /// <summary>Value of all three channels where the crop is larger than the image, 0 … 255.</summary>
    public byte CropFill { get; init; }

    /// <summary>The resampling kernel.</summary>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Bicubic;

    /// <summary>What 8-bit values are multiplied by; 1/255 by default, 1 when the config turns rescaling off.</summary>
    public double RescaleFactor { get; init; } = 1.0 / 255;

    /// <summary>Mean subtracted from each channel after rescaling; zeros when the config turns normalisation off.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0, 0, 0];

    /// <summary>Standard deviation each channel is divided by; ones when the config turns normalisation off.</summary>
    public IReadOnlyList<double> StandardDeviation { get; init; } = [1, 1, 1];

    /// <summary>Height and width of every image after preprocessing.</summary>
    public (int Height, int Width) OutputSize => CropSize ?? FixedSize ?? throw new InvalidOperationException("Neither a crop nor a fixed size.");

    /// <summary>Reads <c>preprocessor_config.json</c> (Hugging Face), or where there is none the <c>image_processor</c> of
    /// <c>processor_config.json</c>, or <c>open_clip_config.json</c>.</summary>
    /// <param name="folder">A model folder.</param>
    /// <exception cref="InputException">
    /// Neither file; not JSON; a value of the wrong kind; a processor or field this kit does not know; sizes that leave the output without one size.
    /// </exception>
    public static PreprocessorConfig Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var openClip = Path.Combine(folder, ModelConfig.OpenClipFileName);
        return HuggingFaceImageConfig.ReadFrom(folder)
            ?? (File.Exists(openClip) ? OpenClipImageConfig.Read(openClip)
            : throw new InputException(
                $"{folder}: no {ModelConfig.PreprocessorFileName}; expected it, or {HuggingFaceImageConfig.ProcessorFileName} with an "
                    + $"image_processor, or {ModelConfig.OpenClipFileName}, to say how images are resized and normalised."));
    }

    /// <summary>Checks what <see cref="Read"/> guarantees of a config written by hand.</summary>
    /// <exception cref="InputException">No or two sizes, a side below 1, or not three means and three positive deviations.</exception>
    public void Validate()
    {
        int?[] sides = [ShortestEdge, LongestEdge, FixedSize?.Height, FixedSize?.Width, CropSize?.Height, CropSize?.Width];
        Require(sides.All(s => s is null or >= 1), "sides", "at least 1 each");
        Require(
            (ShortestEdge is null ? 0 : 1) + (LongestEdge is null ? 0 : 1) + (FixedSize is null ? 0 : 1) <= 1, "resizing",
            "one of shortest edge, longest edge and fixed size");
        Require(CropSize is not null || FixedSize is not null, "size", "a crop or a fixed size, so that all images come out alike");
        Require(double.IsFinite(RescaleFactor), nameof(RescaleFactor), "a finite number");
        Require(Mean.Count == 3 && Mean.All(double.IsFinite), nameof(Mean), "three finite numbers");
        Require(
            StandardDeviation.Count == 3 && StandardDeviation.All(s => s > 0 && double.IsFinite(s)), nameof(StandardDeviation),
            "three positive numbers");
    }

    private static void Require(bool holds, string what, string expected)
    {
        if (!holds)
        {
            throw new InputException($"image preprocessing: {what} make no sense; expected {expected}.");
        }
    }
}
