namespace EmbedKit.Embedding.Models;

/// <summary>How a model's output becomes one vector an input.</summary>
public enum Pooling
{
    /// <summary>The model gives the vector itself: <c>image_embeds</c> or <c>text_embeds</c> (CLIP), <c>pooler_output</c> (SigLIP).</summary>
    Projected,

    /// <summary>The first token of <c>last_hidden_state</c>, the class token (DINOv2, ViT).</summary>
    ClassToken,

    /// <summary>The mean over the tokens of <c>last_hidden_state</c> that the attention mask keeps (LLaMA, BERT).</summary>
    MaskedMean,

    /// <summary>The last token of <c>last_hidden_state</c> that the attention mask keeps.</summary>
    LastToken,
}

/// <summary>How poolings are written in <c>embedkit.json</c> and in provenance.</summary>
public static class PoolingNames
{
    /// <summary>The names, in the order of <see cref="Pooling"/>.</summary>
    public static IReadOnlyList<string> All { get; } = ["projected", "class token", "mask-weighted mean", "last token"];

    /// <summary>projected, class token, mask-weighted mean or last token.</summary>
    /// <param name="pooling">The pooling.</param>
    public static string Name(this Pooling pooling) => All[(int)pooling];
}
