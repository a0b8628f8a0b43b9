namespace EmbedKit.Protocols;

/// <summary>Under which rules a number was made.</summary>
public enum Protocol
{
    /// <summary>Nothing of the test rows reaches training or selection. The default everywhere.</summary>
    LeakFree,

    /// <summary>The rules of the paper's own code, its leaks included.</summary>
    Published,
}

/// <summary>Each leak of the published protocol as a switch of its own; a protocol is a preset of them. Default: all off.</summary>
/// <remarks>
/// The leaks in the texts themselves (a label or a diagnosis in the prompt) are chosen with the embeddings, not here; the loss is a switch of
/// its own.
/// </remarks>
public sealed record LeakOptions
{
    /// <summary>The modality gap is the mean over all rows, test rows included.</summary>
    public bool GapOnAllRows { get; init; }

    /// <summary>The epoch is the best one on the test rows.</summary>
    public bool SelectEpochOnTest { get; init; }

    /// <summary>Rows are split by image where the set says how (<c>split_published</c>): a lesion or a patient may lie on both sides.</summary>
    public bool PublishedSplit { get; init; }

    /// <summary>Multiclass ROC-AUC is computed from one-hot predictions instead of scores.</summary>
    public bool ArgmaxAuc { get; init; }

    /// <summary>The preset of a protocol: all switches off, or all on.</summary>
    /// <param name="protocol">The protocol.</param>
    public static LeakOptions Of(Protocol protocol) => protocol == Protocol.LeakFree
        ? new()
        : new() { GapOnAllRows = true, SelectEpochOnTest = true, PublishedSplit = true, ArgmaxAuc = true };
}

/// <summary>The written forms of <see cref="Protocol"/>.</summary>
public static class ProtocolText
{
    /// <summary><c>leak-free</c> or <c>published</c>.</summary>
    /// <param name="protocol">The protocol.</param>
    public static string Text(this Protocol protocol) => protocol == Protocol.LeakFree ? "leak-free" : "published";
}
