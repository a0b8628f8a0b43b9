namespace EmbedKit.Embedding.Images;

/// <summary>
/// What an <c>open_clip_config.json</c> (BiomedCLIP and other open_clip models) says of images: its <c>preprocess_cfg</c>, with open_clip's
/// defaults where it is silent (the vision model's size, OpenAI's mean and deviation, bicubic, shorter side).
/// </summary>
internal static class OpenClipPreprocessing
{
    internal const string FileName = "open_clip_config.json";
    private static readonly double[] ClipMean = [0.48145466, 0.4578275, 0.40821073];
    private static readonly double[] ClipDeviation = [0.26862954, 0.26130258, 0.27577711];

    internal static PreprocessorConfig Read(string path)
    {
        using var json = ConfigJson.Read(path);
        var model = json.Object("model_cfg") ?? throw json.Error("model_cfg", "missing", "open_clip's description of the model");
        var vision = model.Object("vision_cfg") ?? throw json.Error("model_cfg.vision_cfg", "missing", "the vision model's sizes");
        var steps = json.Object("preprocess_cfg") ?? json; // which has none of the keys: all defaults
        var size = steps.Has("size") ? Side(steps, "size") : vision.Has("image_size") ? Side(vision, "image_size") : 224;
        var config = new PreprocessorConfig
        {
            Filter = steps.Text("interpolation") switch
            {
                null or "bicubic" => ResizeFilter.Bicubic,
                "bilinear" => ResizeFilter.Bilinear,
                { } other => throw steps.Error("interpolation", $"'{other}'", "bicubic or bilinear"),
            },
            Mean = steps.Has("mean") ? steps.Numbers("mean", 3) : ClipMean,
            StandardDeviation = steps.Has("std") ? steps.Numbers("std", 3) : ClipDeviation,
        };
        if (config.StandardDeviation.Any(s => s <= 0))
        {
            throw steps.Error("std", "a value that is not positive", "three positive numbers");
        }

        return steps.Text("resize_mode") switch
        {
            null or "shortest" => config with { ShortestEdge = size, CropSize = (size, size) },
            "squash" => config with { FixedSize = (size, size) },
            { } other => throw steps.Error("resize_mode", $"'{other}'", "shortest or squash"),
        };
    }

    /// <summary>A square's side, written as one number or as twice the same.</summary>
    private static int Side(ConfigJson json, string key) =>
        json.Root.GetProperty(key).ValueKind == System.Text.Json.JsonValueKind.Array
            ? json.Numbers(key, 2) is [var height, var width] && height == width && height is >= 1 and <= 16_384 && height == Math.Floor(height) ? (int)height
                : throw json.Error(key, json.Root.GetProperty(key).GetRawText(), "a square's side, once or twice")
            : json.Size(key).Bare ?? throw json.Error(key, json.Root.GetProperty(key).GetRawText(), "a square's side, once or twice");
}
