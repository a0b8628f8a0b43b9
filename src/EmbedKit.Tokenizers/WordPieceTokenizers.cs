using EmbedKit.Tokenizers.Json;
using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers;

/// <summary>The tokenizer that <c>vocab.txt</c> makes: BERT's.</summary>
internal static class WordPieceTokenizers
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    internal static TextTokenizer Make(Vocabulary vocabulary, TokenizerSettings settings)
    {
        if (settings.Class is { } name && TokenizerFamily.Of(name) != TokenizerFamily.Bert)
        {
            throw settings.Tokenizer!.Error(
                "tokenizer_class", $"'{name}'", "BertTokenizer, DistilBertTokenizer or ElectraTokenizer beside a vocab.txt");
        }

        var own = Special.Where(t => vocabulary.IdOf(t) is not null).Select(t => new AddedToken(t, vocabulary.Require(t)) { Special = true });
        var pipeline = new TokenizerPipeline(
            new WordPiece(vocabulary, "[UNK]"), settings.Bert(new()).Apply, CharacterSplits.Bert, AddedTokens.Collect(own, settings, vocabulary));
        var around = new SpecialFrame([vocabulary.Require("[CLS]")], [vocabulary.Require("[SEP]")]);
        return settings.Frame(pipeline, TokenizerFamily.Bert, around, vocabulary.Require("[PAD]"));
    }
}
