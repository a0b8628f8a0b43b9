namespace EmbedKit.Tokenizers;

/// <summary>A text as a model sees it.</summary>
/// <param name="Ids">Token ids, special tokens included, not padded.</param>
/// <param name="Dropped">Tokens cut off because the text is longer than the model's context; 0 for a text that fits.</param>
public sealed record TokenizedText(int[] Ids, int Dropped);

/// <summary>
/// Turns text into token ids: the pieces of the vocabulary, framed by the model's special tokens and cut to its context. A special token
/// written out in a text is that token where a <c>tokenizer.json</c> is read, as in Hugging Face's tokenizers, and text like any other with
/// the older files; <c>split_special_tokens</c> in <c>tokenizer_config.json</c> decides otherwise. Thread-safe.
/// </summary>
public sealed class TextTokenizer
{
    private readonly TokenizerPipeline _pipeline;
    private readonly TokenFrame _frame;

    internal TextTokenizer(TokenizerPipeline pipeline, TokenFrame frame)
    {
        (_pipeline, _frame) = (pipeline, frame);
        int[] around = [.. frame.Before, .. frame.After, frame.FixedLength is null ? 0 : frame.PadId];
        VocabularySize = Math.Max(pipeline.VocabularySize, around.Max() + 1);
    }

    /// <summary>The model's context: most ids a text may have, special tokens included.</summary>
    public int MaxLength => _frame.MaxLength;

    /// <summary>The id that fills up shorter texts.</summary>
    public int PadId => _frame.PadId;

    /// <summary>
    /// The ids that shorter texts are filled up to, at most <see cref="MaxLength"/>, as CLIP and SigLIP are; null where no length is fixed.
    /// </summary>
    public int? FixedLength => _frame.FixedLength;

    /// <summary>Whether shorter texts are filled up in front, not behind.</summary>
    public bool PadsLeft => _frame.PadsLeft;

    /// <summary>Number of ids; all ids are below it.</summary>
    public int VocabularySize { get; }

    /// <summary>Tokenizes a text. What does not fit is cut between the special tokens, at the side the config says, and counted.</summary>
    /// <param name="text">Any text, empty included.</param>
    public TokenizedText Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var body = _pipeline.Encode(text);
        var dropped = Math.Max(0, body.Count - (MaxLength - _frame.Before.Count - _frame.After.Count));
        var kept = _frame.CutsLeft ? body[dropped..] : body[..^dropped];
        return new([.. _frame.Before, .. kept, .. _frame.After], dropped);
    }

    /// <summary>
    /// What an id stands for, as the vocabulary's files write it: <c>▁</c> for a space (SentencePiece), <c>&lt;/w&gt;</c> for the end of a word
    /// (CLIP).
    /// </summary>
    /// <param name="id">0 … <see cref="VocabularySize"/> − 1; an empty string where the vocabulary has a hole.</param>
    public string TokenOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize);
        return _pipeline.TokenOf(id);
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

    /// <summary>Whether a text that is too long loses its beginning, not its end.</summary>
    internal bool CutsLeft { get; init; }

    /// <inheritdoc cref="TextTokenizer.PadId"/>
    internal int PadId { get; init; }

    /// <inheritdoc cref="TextTokenizer.FixedLength"/>
    internal int? FixedLength { get; init; }

    /// <inheritdoc cref="TextTokenizer.PadsLeft"/>
    internal bool PadsLeft { get; init; }
}
