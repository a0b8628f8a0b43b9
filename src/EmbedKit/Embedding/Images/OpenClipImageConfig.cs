using System.Text.Json;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// Reads the <c>preprocess_cfg</c> of <c>open_clip_config.json</c> (BioMedCLIP and other open_clip models) as open_clip's
/// <c>image_transform</c> takes it for inference; the size may stand there or in <c>model_cfg.vision_cfg.image_size</c>.
/// </summary>
internal static class OpenClipImageConfig
{
    private static readonly HashSet<string> Fields = ["size", "mode", "mean", "std", "interpolation", "resize_mode", "fill_color"];

    internal static PreprocessorConfig Read(string path)
    {
        using var json = ModelJson.Read(path);
        var preprocess = json.Object("preprocess_cfg") ?? throw json.Error("preprocess_cfg", "missing", "an object with mean and std");
        foreach (var field in preprocess.Root.EnumerateObject())
        {
            if (!Fields.Contains(field.Name) && field.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            {
                throw preprocess.Error(field.Name, field.Value.GetRawText(), $"one of {string.Join(", ", Fields)}");
            }
        }

        if (preprocess.Text("mode") is { } mode && mode != "RGB")
        {
            throw preprocess.Error("mode", $"'{mode}'", "RGB");
        }

        var config = new PreprocessorConfig
        {
            Filter = Filter(preprocess),
            CropFill = Fill(preprocess),
            Mean = preprocess.Has("mean") ? preprocess.Numbers("mean", 3) : ImageProcessor.ClipMean,
            StandardDeviation = preprocess.Has("std") ? preprocess.Numbers("std", 3) : ImageProcessor.ClipDeviation,
        };
        if (config.StandardDeviation.Any(s => s <= 0))
        {
            throw preprocess.Error("std", "a value that is not positive", "three positive numbers");
        }

        return Resized(config, preprocess, Size(json, preprocess));
    }

    private static PreprocessorConfig Resized(PreprocessorConfig config, ConfigJson preprocess, (int Height, int Width) size)
    {
        var mode = preprocess.Text("resize_mode") ?? "shortest";
        if (mode == "squash")
        {
            return config with { FixedSize = size };
        }

        if (size.Height != size.Width)
        {
            throw preprocess.Error("resize_mode", $"'{mode}' with {size.Height}×{size.Width}", "'squash', or a square size");
        }

        config = config with { CropSize = size };
        return mode switch
        {
            "shortest" => config with { ShortestEdge = size.Height },
            "longest" => config with { LongestEdge = size.Height },
            _ => throw preprocess.Error("resize_mode", $"'{mode}'", "'shortest', 'longest' or 'squash'"),
        };
    }

    private static (int Height, int Width) Size(ConfigJson json, ConfigJson preprocess)
    {
        var (owner, key) = preprocess.Has("size") ? (preprocess, "size") : (json.Object("model_cfg")?.Object("vision_cfg"), "image_size");
        if (owner is null || !owner.Has(key))
        {
            throw json.Error("image_size", "missing", "preprocess_cfg.size or model_cfg.vision_cfg.image_size");
        }

        if (owner.Root.GetProperty(key).ValueKind != JsonValueKind.Array)
        {
            return owner.Size(key) is { Bare: { } side } ? (side, side)
                : throw owner.Error(key, "an object", "a number, or a list of height and width");
        }

        var sides = owner.Numbers(key, 2);
        return sides.All(s => s is >= 1 and <= ModelJson.LargestSide && s == Math.Floor(s))
            ? ((int)sides[0], (int)sides[1])
            : throw owner.Error(key, owner.Root.GetProperty(key).GetRawText(), $"whole numbers from 1 to {ModelJson.LargestSide}");
    }

    private static ResizeFilter Filter(ConfigJson preprocess) => (preprocess.Text("interpolation") ?? "bicubic") switch
    {
        "bicubic" => ResizeFilter.Bicubic,
        "bilinear" => ResizeFilter.Bilinear,
        var other => throw preprocess.Error("interpolation", $"'{other}'", "'bicubic' or 'bilinear'"),
    };

    private static byte Fill(ConfigJson preprocess)
    {
        var value = preprocess.Number("fill_color", 0);
        return value is >= 0 and <= 255 && value == Math.Floor(value)
            ? (byte)value
            : throw preprocess.Error("fill_color", FormattableString.Invariant($"{value}"), "a whole number from 0 to 255");
    }
}
