namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>When <see cref="Metaspace"/> puts a mark in front.</summary>
internal enum PrependScheme
{
    /// <summary>In front of every piece that does not begin with one.</summary>
    Always,

    /// <summary>Only in front of the whole text.</summary>
    First,

    /// <summary>Not at all.</summary>
    Never,
}

/// <summary>
/// SentencePiece's way with spaces, as Hugging Face's <c>Metaspace</c> does it: each becomes a mark, by default ▁, that begins the word after it.
/// </summary>
/// <param name="Mark">What stands for a space.</param>
/// <param name="Prepend">When a mark is put in front.</param>
/// <param name="Split">Whether words are cut apart at marks.</param>
internal sealed record Metaspace(char Mark, PrependScheme Prepend, bool Split)
{
    internal const char Space = '▁';

    internal IEnumerable<TextPiece> Apply(TextPiece piece)
    {
        var text = piece.Text.Replace(' ', Mark);
        if (text[0] != Mark && (Prepend == PrependScheme.Always || (Prepend == PrependScheme.First && piece.IsFirst)))
        {
            text = Mark + text;
        }

        return Split ? CharacterSplits.At(r => r.Value == Mark, SplitBehaviour.MergedWithNext)(piece with { Text = text })
            : [piece with { Text = text }];
    }
}
