namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>GPT-2's pre-tokenizer (Radford et al. 2019): words with the space before them, written in the <see cref="ByteAlphabet"/>.</summary>
/// <param name="PrefixSpace">Whether a piece that does not begin with a space gets one.</param>
/// <param name="UseRegex">Whether to cut into words, or only to rewrite.</param>
internal sealed record ByteLevel(bool PrefixSpace, bool UseRegex)
{
    private static readonly Lazy<TextPattern> Words =
        new(() => TextPattern.Regex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", "GPT-2's pattern"));

    internal IEnumerable<TextPiece> Apply(TextPiece piece)
    {
        var spaced = PrefixSpace && piece.Text[0] != ' ' ? piece with { Text = ' ' + piece.Text } : piece;
        var words = UseRegex ? Stretches.Cut(spaced, Words.Value.Find(spaced.Text), SplitBehaviour.Isolated) : [spaced];
        return words.Select(w => w with { Text = ByteAlphabet.Write(w.Text) });
    }
}
