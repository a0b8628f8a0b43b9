using System.Text.Json.Nodes;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Transformers.Modules;

namespace EmbedKit.Demo.Training;

/// <summary>The JSON files that describe an encoder, with the keys of Hugging Face's configs.</summary>
internal static class ModelFiles
{
    /// <summary>The numbers of CLIP's processors (Radford et al. 2021).</summary>
    internal static readonly double[] ClipMean = [0.48145466, 0.4578275, 0.40821073];

    /// <inheritdoc cref="ClipMean"/>
    internal static readonly double[] ClipDeviation = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>ImageNet's, as DINOv2 takes them.</summary>
    internal static readonly double[] ImageNetMean = [0.485, 0.456, 0.406];

    /// <inheritdoc cref="ImageNetMean"/>
    internal static readonly double[] ImageNetDeviation = [0.229, 0.224, 0.225];

    /// <summary>Writes preprocessor_config.json and reads it back as the extraction job will.</summary>
    internal static PreprocessorConfig WritePreprocessor(string folder, string processor, double[] mean, double[] deviation)
    {
        var path = Path.Combine(folder, "preprocessor_config.json");
        JsonStyle.Write(path, new JsonObject
        {
            ["image_processor_type"] = processor,
            ["do_convert_rgb"] = true,
            ["do_resize"] = true,
            ["size"] = new JsonObject { ["shortest_edge"] = EncoderTrainingData.ImageSize },
            ["resample"] = 3,
            ["do_center_crop"] = true,
            ["crop_size"] = new JsonObject { ["height"] = EncoderTrainingData.ImageSize, ["width"] = EncoderTrainingData.ImageSize },
            ["do_rescale"] = true,
            ["rescale_factor"] = 1.0 / 255,
            ["do_normalize"] = true,
            ["image_mean"] = new JsonArray([.. mean]),
            ["image_std"] = new JsonArray([.. deviation]),
        });
        return PreprocessorConfig.Read(folder);
    }

    /// <summary>The keys that all transformer configs share.</summary>
    internal static JsonObject Transformer(string modelType, TransformerOptions options) => new()
    {
        ["model_type"] = modelType,
        ["hidden_size"] = options.Width,
        ["num_hidden_layers"] = options.Layers,
        ["num_attention_heads"] = options.Heads,
    };

    internal static JsonObject With(this JsonObject json, params ReadOnlySpan<(string Key, JsonNode? Value)> entries)
    {
        foreach (var (key, value) in entries)
        {
            json[key] = value;
        }

        return json;
    }
}
