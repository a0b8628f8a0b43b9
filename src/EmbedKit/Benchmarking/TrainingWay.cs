namespace EmbedKit.Benchmarking;

/// <summary>Where a model's inputs come from while it is trained; the encoders are frozen in each, and the head is the same.</summary>
public enum TrainingWay
{
    /// <summary>Embeddings that were extracted once, from a file.</summary>
    Cached,

    /// <summary>Images and texts run through the encoders again in every epoch, dropout off: what the paper's <c>raw</c> baseline does but for the
    /// encoders' dropout, which it leaves on.</summary>
    Live,
}
