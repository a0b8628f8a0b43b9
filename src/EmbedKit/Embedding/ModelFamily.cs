namespace EmbedKit.Embedding;

/// <summary>What a <c>model_type</c> of <c>config.json</c> implies: which encoders the folder holds, in which ONNX file, pooled how.</summary>
/// <param name="ModelType">The <c>model_type</c>.</param>
/// <param name="Image">The image side, or null.</param>
/// <param name="Text">The text side, or null.</param>
internal sealed record ModelFamily(string ModelType, ModelSide? Image, ModelSide? Text)
{
    private static readonly ModelSide ClassToken = new("model.onnx", "last_hidden_state", Pooling.ClassToken);
    private static readonly ModelSide MaskedMean = new("model.onnx", "last_hidden_state", Pooling.MaskedMean);

    /// <summary>The families this kit knows.</summary>
    internal static IReadOnlyList<ModelFamily> All { get; } =
    [
        new("clip", new("vision_model.onnx", "image_embeds", Pooling.Projected), new("text_model.onnx", "text_embeds", Pooling.Projected)),
        new("dinov2", ClassToken, null),
        new("vit", ClassToken, null),
        new("llama", null, MaskedMean),
        new("bert", null, MaskedMean),
    ];
}

/// <summary>One encoder of a model folder.</summary>
/// <param name="File">Its ONNX file, in <c>onnx/</c> or beside the configs.</param>
/// <param name="Output">The output that is read.</param>
/// <param name="Pooling">How that output becomes one vector.</param>
internal sealed record ModelSide(string File, string Output, Pooling Pooling);
