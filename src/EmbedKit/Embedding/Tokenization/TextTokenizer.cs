namespace EmbedKit.Embedding.Tokenization;

/// <summary>A text as a model sees it.</summary>
/// <param name="Ids">Token ids, special tokens included, not padded.</param>
/// <param name="Dropped">Tokens cut off because the text is longer than the model's context; 0 for a text that fits.</param>
public sealed record TokenizedText(int[] Ids, int Dropped);

/// <summary>
/// Turns text into token ids: the pieces of the vocabulary, framed by the model's special tokens and cut to its context. A special token
/// written out in a text is text like any other: data cannot steer the model. (Hugging Face's tokenizers would take it as special.)
/// Thread-safe.
/// </summary>
public sealed class TextTokenizer
{
    private readonly Func<string, List<int>> _pieces;
    private readonly IReadOnlyList<int> _before;
    private readonly IReadOnlyList<int> _after;
    private readonly Func<int, string> _tokenOf;

    internal TextTokenizer(Func<string, List<int>> pieces, TokenFrame frame) =>
        (_pieces, _before, _after, _tokenOf, MaxLength, PadId, PadsToMaxLength, VocabularySize) =
            (pieces, frame.Before, frame.After, frame.TokenOf, frame.MaxLength, frame.PadId, frame.PadsToMaxLength, frame.VocabularySize);

    /// <summary>The model's context: most ids a text may have, special tokens included.</summary>
    public int MaxLength { get; }

    /// <summary>The id that fills up shorter texts.</summary>
    public int PadId { get; }

    /// <summary>Whether the model is always given <see cref="MaxLength"/> ids, as CLIP is.</summary>
    public bool PadsToMaxLength { get; }

    /// <summary>Number of ids; all ids are below it.</summary>
    public int VocabularySize { get; }

    /// <summary>Tokenizes a text. What does not fit is cut before the closing special token, and counted.</summary>
    /// <param name="text">Any text, empty included.</param>
    public TokenizedText Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var body = _pieces(text);
        var kept = Math.Min(body.Count, MaxLength - _before.Count - _after.Count);
        return new([.. _before, .. body[..kept], .. _after], body.Count - kept);
    }

    /// <summary>What an id stands for, as the vocabulary's files write it: <c>▁</c> for a space (SentencePiece), <c>&lt;/w&gt;</c> for the end of a word (CLIP).</summary>
    /// <param name="id">0 … <see cref="VocabularySize"/> − 1; an empty string where the vocabulary has a hole.</param>
    public string TokenOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize);
        return _tokenOf(id);
    }
}

/// <summary>What surrounds a text's pieces.</summary>
internal sealed record TokenFrame
{
    /// <summary>Ids in front of every text.</summary>
    internal IReadOnlyList<int> Before { get; init; } = [];

    /// <summary>Ids behind every text.</summary>
    internal IReadOnlyList<int> After { get; init; } = [];

    /// <inheritdoc cref="TextTokenizer.MaxLength"/>
    internal required int MaxLength { get; init; }

    /// <inheritdoc cref="TextTokenizer.PadId"/>
    internal int PadId { get; init; }

    /// <inheritdoc cref="TextTokenizer.PadsToMaxLength"/>
    internal bool PadsToMaxLength { get; init; }

    /// <inheritdoc cref="TextTokenizer.VocabularySize"/>
    internal required int VocabularySize { get; init; }

    /// <inheritdoc cref="TextTokenizer.TokenOf"/>
    internal required Func<int, string> TokenOf { get; init; }
}
