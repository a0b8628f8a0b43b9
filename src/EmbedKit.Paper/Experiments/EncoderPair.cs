namespace EmbedKit.Experiments;

/// <summary>An encoder pair of the paper and the model folders that stand for it.</summary>
/// <param name="Name">How tables and figures call it, e.g. <c>dino+llama</c>.</param>
/// <param name="ImageModel">Model folder or name for images.</param>
/// <param name="TextModel">Model folder or name for text; null when one model gives both (CLIP).</param>
/// <param name="PaperModel">The paper's models in this place.</param>
public sealed record EncoderPair(string Name, string ImageModel, string? TextModel, string PaperModel);
