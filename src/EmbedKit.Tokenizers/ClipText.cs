using EmbedKit.Tokenizers.Normalizers;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers;

/// <summary>
/// What CLIP does to a text before byte-pair encoding (Radford et al. 2021; Hugging Face's CLIPTokenizerFast): composed, lower-cased, cut
/// into letter runs, single digits, English contractions and runs of anything else; each word ends in <c>&lt;/w&gt;</c>.
/// </summary>
internal static class ClipText
{
    internal const string Start = "<|startoftext|>";
    internal const string End = "<|endoftext|>";
    internal const string WordEnd = "</w>";
    private static readonly TextPattern Pattern = TextPattern.Regex(@"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", "CLIP's pattern");

    internal static string Normalize(string text) => LowerCase.Of(UnicodeNormalization.Compose(text));

    /// <summary>Words in the <see cref="ByteAlphabet"/>.</summary>
    internal static IEnumerable<TextPiece> Cut(TextPiece piece) => Words(piece).Select(w => w with { Text = ByteAlphabet.Write(w.Text) });

    /// <summary>The words of a text as written.</summary>
    internal static IEnumerable<string> Words(string text) => Words(new TextPiece(Normalize(text), IsFirst: true)).Select(w => w.Text);

    /// <summary>A word in the byte alphabet, one symbol a byte, the last with <c>&lt;/w&gt;</c>.</summary>
    internal static IEnumerable<string> Symbols(string word)
    {
        var written = ByteAlphabet.Write(word);
        return written.Select((c, i) => i < written.Length - 1 ? c.ToString() : c + WordEnd);
    }

    private static IEnumerable<TextPiece> Words(TextPiece piece) =>
        Stretches.Cut(piece, Pattern.Find(piece.Text).Select(s => s with { IsMatch = !s.IsMatch }), SplitBehaviour.Removed);
}
