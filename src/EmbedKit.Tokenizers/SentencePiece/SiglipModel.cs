using EmbedKit.Tokenizers.Models;

namespace EmbedKit.Tokenizers.SentencePiece;

/// <summary>
/// Encodes as Hugging Face's SiglipTokenizer does: the unknown token's text in front, its ids dropped again. The sums of scores begin with it,
/// and between ways to cut that are equal but for rounding it decides.
/// </summary>
internal sealed class SiglipModel : ITokenModel
{
    private readonly ITokenModel _model;
    private readonly string _prefix;
    private readonly int _prefixIds;

    internal SiglipModel(SentencePieceFile file)
    {
        (_model, _prefix) = (file.Model, file.Vocabulary.TokenOf(file.UnknownId)!);
        var ids = new List<int>();
        _model.Encode(_prefix, ids);
        _prefixIds = ids.Count;
    }

    public Vocabulary Vocabulary => _model.Vocabulary;

    public void Encode(string word, List<int> ids)
    {
        var first = ids.Count;
        _model.Encode(_prefix + word, ids);
        ids.RemoveRange(first, Math.Min(_prefixIds, ids.Count - first));
    }
}
