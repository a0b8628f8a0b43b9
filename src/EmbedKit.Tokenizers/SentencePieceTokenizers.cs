using EmbedKit.Tokenizers.Normalizers;
using EmbedKit.Tokenizers.PreTokenizers;
using EmbedKit.Tokenizers.SentencePiece;

namespace EmbedKit.Tokenizers;

/// <summary>Tokenizers that a SentencePiece file and a class make: LLaMA, Gemma, T5, SigLIP.</summary>
internal static class SentencePieceTokenizers
{
    private const string Known =
        "LlamaTokenizer, CodeLlamaTokenizer, GemmaTokenizer, T5Tokenizer, SiglipTokenizer or Siglip2Tokenizer beside a SentencePiece file";

    internal static TextTokenizer Make(SentencePieceFile file, TokenizerSettings settings)
    {
        var vocabulary = file.Vocabulary;
        int? IdOf(string token) => vocabulary.IdOf(token);
        var (begin, end) = settings.Class switch
        {
            null or "LlamaTokenizer" or "CodeLlamaTokenizer" or "GemmaTokenizer" => settings.BeginAndEnd(IdOf, file.BeginId, file.EndId),
            "Siglip2Tokenizer" => settings.BeginAndEnd(IdOf, file.BeginId, file.EndId, addEnd: true),
            "T5Tokenizer" or "SiglipTokenizer" => (null, settings.SpecialToken("eos_token", IdOf)?.Id ?? file.EndId),
            var other => throw settings.Tokenizer!.Error("tokenizer_class", $"'{other}'", Known),
        };

        var siglip = settings.Class == "SiglipTokenizer";
        Normalizer? normalizer = settings.LowersFirst || (siglip && settings.Flag("do_lower_case", true)) ? LowerCase.Of : null;
        var legacy = settings.Flag("legacy", true);
        IEnumerable<TextPiece> Normalize(TextPiece piece) =>
            file.Normalizer.Apply(piece.Text, goesOn: !legacy && !piece.IsFirst) is { Length: > 0 } normal ? [piece with { Text = normal }] : [];

        var own = new[] { begin, end, file.UnknownId }.OfType<int>().Distinct()
            .Select(id => new AddedToken(vocabulary.TokenOf(id)!, id) { Special = true });
        var added = AddedTokens.Collect(own, settings, vocabulary);
        var pipeline = new TokenizerPipeline(
            siglip ? new SiglipModel(file) : file.Model, normalizer, siglip ? SiglipText.Cut(file.Normalizer) : Normalize, added);
        var family = settings.Family ?? TokenizerFamily.Llama;
        var pad = file.PadId ?? (family == TokenizerFamily.Siglip ? end : null) ?? file.UnknownId;
        return settings.Frame(pipeline, family, new(begin is { } b ? [b] : [], end is { } e ? [e] : []), pad);
    }
}
