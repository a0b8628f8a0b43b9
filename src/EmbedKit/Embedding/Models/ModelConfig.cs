using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Embedding.Models;

/// <summary>What <c>config.json</c>, or else <c>open_clip_config.json</c>, says of a model; each number may be missing.</summary>
internal sealed record ModelConfig
{
    internal const string FileName = "config.json";

    /// <summary>What open_clip writes in place of it, preprocessing included.</summary>
    internal const string OpenClipFileName = "open_clip_config.json";

    /// <summary>Where Hugging Face says how images are resized and normalised.</summary>
    internal const string PreprocessorFileName = "preprocessor_config.json";

    /// <summary>The <c>model_type</c>; <see cref="ModelFamily.OpenClip"/> for an open_clip config; null where there is neither.</summary>
    internal string? ModelType { get; private init; }

    /// <summary>The <c>architecture</c> of a timm config, or null.</summary>
    internal string? TimmArchitecture { get; private init; }

    /// <summary>Ids the text model knows.</summary>
    internal int? VocabularySize { get; private init; }

    /// <summary>Side of the images a combined export is given when only its text is wanted.</summary>
    internal int? ImageSize { get; private init; }

    /// <summary>Heads whose keys and values a decoder caches.</summary>
    internal int? CachedHeads { get; private init; }

    /// <summary>Width of one of them.</summary>
    internal int? HeadWidth { get; private init; }

    /// <summary>Width of the shared space, and the key that says so.</summary>
    private (string Key, int Value)? Projection { get; init; }

    private (string Key, int Value)? ImageHidden { get; init; }

    private (string Key, int Value)? TextHidden { get; init; }

    /// <summary>The width an output must have by the config, and the key that says so.</summary>
    internal (string Key, int Value)? Width(EncoderSide modality, Pooling pooling) =>
        pooling == Pooling.Projected ? Projection ?? (ModelType is "siglip" or "siglip2" ? Hidden(modality) : null) : Hidden(modality);

    /// <summary>Reads what the folder has.</summary>
    internal static ModelConfig Read(string folder)
    {
        if (Path.Combine(folder, FileName) is var path && File.Exists(path))
        {
            using var json = ModelJson.Read(path);
            return FromTransformers(json);
        }

        if (Path.Combine(folder, OpenClipFileName) is var openClip && File.Exists(openClip))
        {
            using var json = ModelJson.Read(openClip);
            return FromOpenClip(json);
        }

        return new();
    }

    private (string Key, int Value)? Hidden(EncoderSide modality) => modality == EncoderSide.Image ? ImageHidden : TextHidden;

    private static ModelConfig FromTransformers(ConfigJson json)
    {
        var (text, vision) = (json.Object("text_config"), json.Object("vision_config"));
        var own = Find(json, "", "hidden_size", "dim");
        var heads = json.Count("num_attention_heads");
        return new()
        {
            ModelType = json.Text("model_type"),
            TimmArchitecture = json.Has("pretrained_cfg") || json.Has("num_features") ? json.Text("architecture") : null,
            VocabularySize = json.Count("vocab_size") ?? text?.Count("vocab_size"),
            ImageSize = vision?.OptionalSide("image_size") ?? json.OptionalSide("image_size"),
            CachedHeads = json.Count("num_key_value_heads") ?? heads,
            HeadWidth = json.Count("head_dim") ?? (own is { } width && heads is { } count ? width.Value / count : null),
            Projection = Find(json, "", "projection_dim"),
            ImageHidden = vision is null ? own : Find(vision, "vision_config.", "hidden_size"),
            TextHidden = text is null ? own : Find(text, "text_config.", "projection_size", "hidden_size"),
        };
    }

    private static ModelConfig FromOpenClip(ConfigJson json)
    {
        var model = json.Object("model_cfg");
        return new()
        {
            ModelType = ModelFamily.OpenClip,
            VocabularySize = model?.Object("text_cfg")?.Count("vocab_size"),
            ImageSize = model?.Object("vision_cfg")?.OptionalSide("image_size"),
            Projection = model is null ? null : Find(model, "model_cfg.", "embed_dim"),
        };
    }

    private static (string Key, int Value)? Find(ConfigJson json, string prefix, params string[] keys) =>
        keys.Where(json.Has).Select(k => ((string, int)?)(prefix + k, json.Count(k)!.Value)).FirstOrDefault();
}
