namespace EmbedKit.Embedding.Models;

/// <summary>What a <c>model_type</c> of <c>config.json</c> implies: which encoders the folder holds, in which ONNX files, pooled how.</summary>
/// <param name="ModelType">The <c>model_type</c>.</param>
/// <param name="Image">The image side, or null.</param>
/// <param name="Text">The text side, or null.</param>
internal sealed record ModelFamily(string ModelType, ModelSide? Image, ModelSide? Text)
{
    /// <summary>The family of folders with an <c>open_clip_config.json</c> in place of <c>config.json</c>.</summary>
    internal const string OpenClip = "open_clip";

    private static readonly ModelSide ClassToken = new(["model.onnx"], ["last_hidden_state"], Pooling.ClassToken);
    private static readonly ModelSide TokenMean = new(["model.onnx"], ["last_hidden_state", "token_embeddings"], Pooling.MaskedMean);

    /// <summary>The families this kit knows.</summary>
    internal static IReadOnlyList<ModelFamily> All { get; } =
    [
        new("clip", Vision("image_embeds"), Words("text_embeds")),

        // SigLIP's attention head gives the embedding itself; CLIP's pooler_output is another vector, not yet projected.
        .. new[] { "siglip", "siglip2" }.Select(t =>
            new ModelFamily(t, Vision("image_embeds", "pooler_output"), Words("text_embeds", "pooler_output"))),
        new(OpenClip, Vision("image_embeds", "image_features"), Words("text_embeds", "text_features")),
        .. new[] { "dinov2", "dinov2_with_registers", "vit" }.Select(t => new ModelFamily(t, ClassToken, null)),
        .. new[] { "llama", "mistral", "gemma", "gemma2", "gemma3_text", "qwen2", "qwen3" }.Select(t => new ModelFamily(t, null, TokenMean)),
        .. new[] { "bert", "distilbert", "roberta", "xlm-roberta", "mpnet", "electra" }.Select(t => new ModelFamily(t, null, TokenMean)),
    ];

    internal ModelSide? Side(EncoderSide modality) => modality == EncoderSide.Image ? Image : Text;

    private static ModelSide Vision(params string[] outputs) => new(["vision_model.onnx", "model.onnx"], outputs, Pooling.Projected);

    private static ModelSide Words(params string[] outputs) => new(["text_model.onnx", "model.onnx"], outputs, Pooling.Projected);
}

/// <summary>One encoder of a model folder.</summary>
/// <param name="Files">Names of its ONNX file at float32, the first found counts: in <c>onnx/</c> or beside the configs.</param>
/// <param name="Outputs">Names of the output that is read, the first found counts.</param>
/// <param name="Pooling">How that output becomes one vector.</param>
internal sealed record ModelSide(IReadOnlyList<string> Files, IReadOnlyList<string> Outputs, Pooling Pooling)
{
    /// <summary>The name of the pixels or ids among the inputs, where it is not the usual one.</summary>
    internal string? Input { get; init; }

    /// <summary>Whether the folder itself names the output, so that nothing else will do and its width is what it is.</summary>
    internal bool OutputIsNamed { get; init; }
}
