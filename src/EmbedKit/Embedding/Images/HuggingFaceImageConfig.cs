using System.Text.Json;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// Reads <c>preprocessor_config.json</c>. What a named processor leaves out takes that processor's default; without a processor's name every
/// value that a step needs must be there. A field this kit does not know is refused unless it is null or false, since it may change pixels.
/// </summary>
internal static class HuggingFaceImageConfig
{
    /// <summary>Where newer versions of transformers write the same, as <c>image_processor</c>, beside what concerns text.</summary>
    internal const string ProcessorFileName = "processor_config.json";

    /// <summary>Fields read below, and fields that say nothing of pixels. RGB is what all these models read, so do_convert_rgb always
    /// holds.</summary>
    private static readonly HashSet<string> Fields =
    [
        "do_resize", "size", "resample", "do_center_crop", "crop_size", "do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std",
        "do_convert_rgb",
        "image_processor_type", "feature_extractor_type", "processor_class", "tokenizer_class", "_valid_processor_keys", "_processor_class",
        "_name_or_path",
        "name_or_path", "model_input_names", "transformers_version", "return_tensors", "data_format", "input_data_format", "device",
        "disable_grouping",
        "default_to_square",
    ];

    /// <summary>Reads whichever of the two files a folder has; null where neither speaks of images.</summary>
    internal static PreprocessorConfig? ReadFrom(string folder)
    {
        if (Path.Combine(folder, ModelConfig.PreprocessorFileName) is var path && File.Exists(path))
        {
            using var json = ModelJson.Read(path);
            return Read(json);
        }

        if (Path.Combine(folder, ProcessorFileName) is var processor && File.Exists(processor))
        {
            using var json = ModelJson.Read(processor);
            return json.Object("image_processor") is { } image ? Read(image) : null;
        }

        return null;
    }

    private static PreprocessorConfig Read(ConfigJson json)
    {
        var processor = Processor(json);
        RefuseUnknown(json);
        var config = new PreprocessorConfig
        {
            CropSize = json.Flag("do_center_crop", processor?.Crops ?? json.Has("crop_size")) ? CropSize(json, processor) : null,
            RescaleFactor = json.Flag("do_rescale", true) ? json.Number("rescale_factor", 1.0 / 255) : 1,
        };
        if (json.Flag("do_resize", true))
        {
            config = Resized(config, json, processor) with { Filter = Filter(json, processor) };
        }

        if (json.Flag("do_normalize", true))
        {
            config = config with
            {
                Mean = processor is null || json.Has("image_mean") ? json.Numbers("image_mean", 3) : processor.Mean,
                StandardDeviation = processor is null || json.Has("image_std") ? json.Numbers("image_std", 3) : processor.StandardDeviation,
            };
            if (config.StandardDeviation.Any(s => s <= 0))
            {
                throw json.Error("image_std", "a value that is not positive", "three positive numbers");
            }
        }

        return config.CropSize is null && config.FixedSize is null
            ? throw json.Error("size", "no one size for every image", "a crop_size, or a size with height and width")
            : config;
    }

    private static ImageProcessor? Processor(ConfigJson json)
    {
        var key = json.Has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
        return json.Text(key) is not { } name ? null : ImageProcessor.Find(name) ?? throw json.Error(key, $"'{name}'", ImageProcessor.Known);
    }

    private static void RefuseUnknown(ConfigJson json)
    {
        foreach (var field in json.Root.EnumerateObject())
        {
            if (!Fields.Contains(field.Name) && field.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            {
                throw json.Error(
                    field.Name, field.Value.GetRawText(),
                    "no such field, since it may change pixels in a way this kit does not know; null or false turns it off");
            }
        }
    }

    private static PreprocessorConfig Resized(PreprocessorConfig config, ConfigJson json, ImageProcessor? processor)
    {
        var size = !json.Has("size") && processor is { } p ? new ConfigSize(Bare: p.Size) : json.Size("size");
        var bareIsEdge = !json.Flag("default_to_square", !(processor?.ShortestEdge ?? false));
        return size switch
        {
            { Bare: { } edge } => bareIsEdge ? config with { ShortestEdge = edge } : config with { FixedSize = (edge, edge) },
            { Height: { } height, Width: { } width, ShortestEdge: null, LongestEdge: null } => config with { FixedSize = (height, width) },
            { Height: null, Width: null, ShortestEdge: { } edge, LongestEdge: null } => config with { ShortestEdge = edge },
            { Height: null, Width: null, ShortestEdge: null, LongestEdge: { } edge } => config with { LongestEdge = edge },
            _ => throw json.Error("size", "no size this kit knows", "shortest_edge, longest_edge, or height and width, or one number"),
        };
    }

    private static (int Height, int Width) CropSize(ConfigJson json, ImageProcessor? processor) =>
        !json.Has("crop_size") && processor is not null ? (ImageProcessor.Crop, ImageProcessor.Crop) : json.Size("crop_size") switch
        {
            { Height: { } height, Width: { } width } => (height, width),
            { Bare: { } side } => (side, side),
            _ => throw json.Error("crop_size", "no size this kit knows", "height and width, or one number"),
        };

    private static ResizeFilter Filter(ConfigJson json, ImageProcessor? processor)
    {
        if (!json.Has("resample"))
        {
            return processor?.Filter
                ?? throw json.Error("resample", "missing", "a number from 0 to 5, or an image_processor_type whose default holds");
        }

        var number = json.Number("resample", 0);
        return Enum.GetValues<ResizeFilter>().Any(f => (int)f == number)
            ? (ResizeFilter)(int)number
            : throw json.Error(
                "resample", FormattableString.Invariant($"{number}"), "0 (nearest), 1 (Lanczos), 2 (bilinear), 3 (bicubic), 4 (box) or 5 (Hamming)");
    }
}
