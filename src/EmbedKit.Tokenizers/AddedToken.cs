namespace EmbedKit.Tokenizers;

/// <summary>A token looked for in the text itself, before any model; flags as in <c>tokenizer.json</c>.</summary>
/// <param name="Content">What is looked for.</param>
/// <param name="Id">Its id.</param>
internal sealed record AddedToken(string Content, int Id)
{
    /// <summary>Whether it must stand between characters that belong to no word.</summary>
    internal bool SingleWord { get; init; }

    /// <summary>Whether it swallows the white space before it.</summary>
    internal bool LeftStrip { get; init; }

    /// <summary>Whether it swallows the white space after it.</summary>
    internal bool RightStrip { get; init; }

    /// <summary>Whether it is looked for in the normalised text, itself normalised.</summary>
    internal bool Normalized { get; init; }

    /// <summary>Whether it steers the model, as start and end tokens do.</summary>
    internal bool Special { get; init; }
}
