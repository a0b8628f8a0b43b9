using System.Text;
using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.Normalizers;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers;

/// <summary>
/// From text to ids, in the order of Hugging Face's tokenizers: added tokens are cut out, the rest is normalised, normalised added tokens
/// are cut out, the rest is cut into words, and each word goes to the model. Thread-safe.
/// </summary>
internal sealed class TokenizerPipeline
{
    private readonly Normalizer? _normalizer;
    private readonly PreTokenizer? _preTokenizer;
    private readonly ITokenModel _model;
    private readonly AddedTokenSplitter _raw;
    private readonly AddedTokenSplitter _normalized;
    private readonly AddedTokens _added;

    /// <param name="model">The last step.</param>
    /// <param name="normalizer">What rewrites the text, or null.</param>
    /// <param name="preTokenizer">What cuts it into words, or null.</param>
    /// <param name="added">Tokens looked for in the text itself.</param>
    internal TokenizerPipeline(ITokenModel model, Normalizer? normalizer, PreTokenizer? preTokenizer, AddedTokens added)
    {
        (_model, _normalizer, _preTokenizer, _added) = (model, normalizer, preTokenizer, added);
        _raw = new(added.Sought.Where(t => !t.Normalized), null);
        _normalized = new(added.Sought.Where(t => t.Normalized), normalizer);
        VocabularySize = Math.Max(model.Vocabulary.Size, added.All.Select(t => t.Id + 1).DefaultIfEmpty().Max());
    }

    /// <summary>One more than the largest id.</summary>
    internal int VocabularySize { get; }

    /// <summary>A token's id, or null.</summary>
    internal int? IdOf(string token) => _added.IdOf(token) ?? _model.Vocabulary.IdOf(token);

    /// <summary>What an id stands for; an empty string where there is a hole.</summary>
    internal string TokenOf(int id) => _added.TokenOf(id) ?? _model.Vocabulary.TokenOf(id) ?? "";

    /// <summary>The ids of a text, nothing around them.</summary>
    internal List<int> Encode(string text)
    {
        var ids = new List<int>();
        text = WholeCharacters(text);
        foreach (var (start, end, id) in _raw.Split(text))
        {
            if (id is { } token)
            {
                ids.Add(token);
            }
            else
            {
                EncodeRaw(text[start..end], start == 0, ids);
            }
        }

        return ids;
    }

    private void EncodeRaw(string text, bool isFirst, List<int> ids)
    {
        var normal = _normalizer is null ? text : _normalizer(text);
        foreach (var (start, end, id) in _normalized.Split(normal))
        {
            if (id is { } token)
            {
                ids.Add(token);
                continue;
            }

            var piece = new TextPiece(normal[start..end], isFirst && start == 0);
            foreach (var word in _preTokenizer is null ? [piece] : _preTokenizer(piece))
            {
                _model.Encode(word.Text, ids);
            }
        }
    }

    /// <summary>Half a surrogate pair is no character; U+FFFD stands for it, as in UTF-8.</summary>
    private static string WholeCharacters(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? string.Concat(text.EnumerateRunes().Select(r => r.ToString())) : text;
}
