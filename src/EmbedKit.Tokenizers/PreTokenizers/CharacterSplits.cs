using System.Text;
using EmbedKit.Tokenizers.Normalizers;

namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>Pre-tokenizers that look at one character at a time.</summary>
internal static class CharacterSplits
{
    /// <summary>Cuts at every character of a kind.</summary>
    internal static PreTokenizer At(Func<Rune, bool> kind, SplitBehaviour behaviour) =>
        piece => Stretches.Cut(piece, Find(piece.Text, kind), behaviour);

    /// <summary>BERT's: white space dropped, every punctuation character alone.</summary>
    internal static PreTokenizer Bert { get; } =
        Chain([At(Characters.IsSpace, SplitBehaviour.Removed), At(Characters.IsPunctuation, SplitBehaviour.Isolated)]);

    /// <summary><c>Whitespace</c>: <c>\w+|[^\w\s]+</c>, runs of word characters apart from runs of anything else, white space dropped.</summary>
    internal static PreTokenizer Words { get; } =
        Chain([At(Characters.IsSpace, SplitBehaviour.Removed), At(Characters.IsWord, SplitBehaviour.Contiguous)]);

    /// <summary>One after the other.</summary>
    internal static PreTokenizer Chain(IReadOnlyList<PreTokenizer> steps) =>
        piece => steps.Aggregate((IEnumerable<TextPiece>)[piece], (pieces, step) => pieces.SelectMany(p => step(p)));

    private static IEnumerable<Stretch> Find(string text, Func<Rune, bool> kind)
    {
        var (start, at) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var end = at + rune.Utf16SequenceLength;
            if (kind(rune))
            {
                yield return new(start, at, IsMatch: false);
                yield return new(at, end, IsMatch: true);
                start = end;
            }

            at = end;
        }

        yield return new(start, at, IsMatch: false);
    }
}
