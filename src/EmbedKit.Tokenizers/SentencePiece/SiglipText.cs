using EmbedKit.Tokenizers.Normalizers;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers.SentencePiece;

/// <summary>
/// What SigLIP does to a text before SentencePiece (Zhai et al. 2023; Hugging Face's SiglipTokenizer): ASCII punctuation dropped, white
/// space made one space, ▁ put in front of the whole text.
/// </summary>
internal static class SiglipText
{
    // White space for Python, not for Unicode.
    private const string PythonSpaces = "\u001C\u001D\u001E\u001F";

    internal static PreTokenizer Cut(SentencePieceNormalizer normalizer) => piece =>
    {
        var text = Canonical((piece.IsFirst ? "▁" : "") + piece.Text.Replace(Metaspace.Space, ' '));
        return normalizer.Apply(text, goesOn: true) is { Length: > 0 } normal ? [piece with { Text = normal }] : [];
    };

    private static string Canonical(string text)
    {
        var bare = Characters.Without(text, r => Characters.IsAsciiPunctuation(r.Value));
        foreach (var separator in PythonSpaces)
        {
            bare = bare.Replace(separator, ' ');
        }

        return string.Join(' ', bare.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
