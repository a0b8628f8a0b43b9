using EmbedKit.Runtime;
using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Embedding.Models;

/// <summary>
/// <c>embedkit.json</c> of a model folder: says what the kit cannot know of an unknown family, or overrides a known one.
/// <c>{"image": {"file", "input", "output", "pooling"}, "text": {…}, "normalisation": "none"}</c>, everything optional.
/// </summary>
internal static class ModelDescription
{
    internal const string FileName = "embedkit.json";

    /// <summary>What describes an export that gives one vector an image.</summary>
    internal const string Example =
        """{"image": {"file": "onnx/model.onnx", "input": "pixel_values", "output": "image_embeds", "pooling": "projected"}}""";

    /// <summary>The family as the folder's description, where there is one, changes it.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="modelType">The config's <c>model_type</c>, or null.</param>
    /// <param name="known">What is known of that type, or null.</param>
    /// <returns>Null without a description of an unknown family.</returns>
    internal static ModelFamily? Apply(string folder, string? modelType, ModelFamily? known)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return known;
        }

        using var json = ModelJson.Read(path);
        json.RequireOnly("image", "text", "normalisation");
        if (json.Text("normalisation") is { } normalisation and not "none")
        {
            throw json.Error("normalisation", $"'{normalisation}'", "none: embeddings are stored as the model gives them");
        }

        var family = new ModelFamily(
            modelType ?? FileName,
            Side(folder, json.Object("image"), known?.Image, "image_embeds"),
            Side(folder, json.Object("text"), known?.Text, "text_embeds"));
        return family.Image is null && family.Text is null ? throw json.Error("image", "missing, and so is 'text'", "an object under one of the two")
            : family;
    }

    private static ModelSide? Side(string folder, ConfigJson? json, ModelSide? known, string projected)
    {
        if (json is null)
        {
            return known;
        }

        json.RequireOnly("file", "input", "output", "pooling");
        var (file, output) = (json.Text("file"), json.Text("output"));
        if (file is not null && (ContainedPath.Join(folder, file) is null || !file.EndsWith(".onnx", StringComparison.Ordinal)))
        {
            throw json.Error("file", $"'{file}'", "the path of an .onnx file inside the model folder");
        }

        var pooling = json.Text("pooling") is { } name ? Read(json, name)
            : known?.Pooling ?? throw json.Error("pooling", "missing", $"{Poolings}, since this family is unknown");
        var usual = known?.Pooling == pooling ? known.Outputs : pooling == Pooling.Projected ? [projected, "pooler_output"] : ["last_hidden_state"];
        return new(file is null ? known?.Files ?? ["model.onnx"] : [file], output is null ? usual : [output], pooling)
        {
            Input = json.Text("input"),
            OutputIsNamed = output is not null,
        };
    }

    private static string Poolings => string.Join(", ", PoolingNames.All);

    private static Pooling Read(ConfigJson json, string name) =>
        PoolingNames.All.ToList().IndexOf(name) is >= 0 and var index ? (Pooling)index : throw json.Error("pooling", $"'{name}'", Poolings);
}
