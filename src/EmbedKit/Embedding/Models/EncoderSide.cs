namespace EmbedKit.Embedding.Models;

/// <summary>One half of a model that embeds images, text, or both.</summary>
public enum EncoderSide
{
    /// <summary>Images.</summary>
    Image,

    /// <summary>Text.</summary>
    Text,
}
