using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// What a Hugging Face <c>preprocessor_config.json</c> says of images. A step whose flag is missing is done, except the crop, which is done
/// when a crop size is given.
/// </summary>
public sealed record PreprocessorConfig
{
    /// <summary>Length the shorter side is resized to, or null when <see cref="FixedSize"/> holds or nothing is resized.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>Height and width resized to, the aspect given up, or null.</summary>
    public (int Height, int Width)? FixedSize { get; init; }

    /// <summary>Height and width of the centre crop, or null.</summary>
    public (int Height, int Width)? CropSize { get; init; }

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

    /// <summary>Reads the file.</summary>
    /// <param name="path">Path of a <c>preprocessor_config.json</c>.</param>
    /// <exception cref="InputException">Not JSON, a value of the wrong kind, or sizes that leave the output without one size.</exception>
    public static PreprocessorConfig Read(string path)
    {
        using var json = ConfigJson.Read(path);
        var type = json.Text("image_processor_type") ?? json.Text("feature_extractor_type") ?? "";
        var config = new PreprocessorConfig
        {
            CropSize = json.Flag("do_center_crop", json.Has("crop_size")) ? Square(json, "crop_size", json.Size("crop_size")) : null,
            Filter = ReadFilter(json),
            RescaleFactor = json.Flag("do_rescale", true) ? json.Number("rescale_factor", 1.0 / 255) : 1,
        };
        if (json.Flag("do_resize", true))
        {
            config = WithSize(config, json, type);
        }

        if (json.Flag("do_normalize", true))
        {
            config = config with { Mean = json.Numbers("image_mean", 3), StandardDeviation = json.Numbers("image_std", 3) };
            if (config.StandardDeviation.Any(s => s <= 0))
            {
                throw json.Error("image_std", "a value that is not positive", "three positive numbers");
            }
        }

        return config.CropSize is null && config.FixedSize is null
            ? throw json.Error("size", "no one size for every image", "a crop_size, or a size with height and width")
            : config;
    }

    private static PreprocessorConfig WithSize(PreprocessorConfig config, ConfigJson json, string type)
    {
        var size = json.Size("size");

        // A bare number means the shorter side to CLIP's and BiT's processors and a square to all others.
        var bareIsEdge = type.StartsWith("CLIP", StringComparison.Ordinal) || type.StartsWith("Bit", StringComparison.Ordinal);
        return size switch
        {
            { Height: { } height, Width: { } width } => config with { FixedSize = (height, width) },
            { ShortestEdge: { } edge } => config with { ShortestEdge = edge },
            { Bare: { } edge } when bareIsEdge => config with { ShortestEdge = edge },
            { Bare: { } side } => config with { FixedSize = (side, side) },
            _ => throw json.Error("size", "no size this kit knows", "shortest_edge, or height and width, or one number"),
        };
    }

    private static (int Height, int Width)? Square(ConfigJson json, string name, ConfigSize size) => size switch
    {
        { Height: { } height, Width: { } width } => (height, width),
        { Bare: { } side } => (side, side),
        _ => throw json.Error(name, "no size this kit knows", "height and width, or one number"),
    };

    private static ResizeFilter ReadFilter(ConfigJson json)
    {
        var number = json.Number("resample", (int)ResizeFilter.Bicubic);
        return Enum.GetValues<ResizeFilter>().Any(f => (int)f == number)
            ? (ResizeFilter)(int)number
            : throw json.Error("resample", FormattableString.Invariant($"{number}"), "1 (Lanczos), 2 (bilinear), 3 (bicubic) or 4 (box)");
    }
}
