namespace EmbedKit.Benchmarking;

/// <summary>Where a model's inputs come from while it is trained; the head is the same in each.</summary>
public enum TrainingWay
{
    /// <summary>Embeddings that were extracted once, from a file.</summary>
    Cached,

    /// <summary>Images and texts run through frozen encoders again in every epoch, dropout off.</summary>
    Live,

    /// <summary>The same with the encoders' own dropout left on while the head is trained, as the paper's <c>raw</c> baseline has it.</summary>
    LivePublished,

    /// <summary>The encoders are trained with the head.</summary>
    FineTuned,
}
