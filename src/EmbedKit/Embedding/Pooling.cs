namespace EmbedKit.Embedding;

/// <summary>How a model's output becomes one vector an input.</summary>
public enum Pooling
{
    /// <summary>The model projects by itself: output <c>image_embeds</c> or <c>text_embeds</c> (CLIP).</summary>
    Projected,

    /// <summary>The first token of <c>last_hidden_state</c>, the class token (DINOv2, ViT).</summary>
    ClassToken,

    /// <summary>The mean over the tokens of <c>last_hidden_state</c> that the attention mask keeps (LLaMA, BERT).</summary>
    MaskedMean,
}
