using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers;

/// <summary>Tokenizers that <c>vocab.json</c> and <c>merges.txt</c> make: CLIP's, GPT-2's.</summary>
internal static class MergesTokenizers
{
    internal static TextTokenizer Make(
        Vocabulary vocabulary, IEnumerable<(string Left, string Right)> merges, string mergesFile, TokenizerSettings settings)
    {
        if (settings.Class is "GPT2Tokenizer")
        {
            return Gpt2(vocabulary, merges, mergesFile, settings);
        }

        return settings.Class is null or "CLIPTokenizer" && vocabulary.IdOf(ClipText.Start) is { } start && vocabulary.IdOf(ClipText.End) is { } end
            ? Clip(vocabulary, merges, mergesFile, settings, start, end)
            : throw new TokenizerException(
                $"{vocabulary.Source}: lacks {ClipText.Start} or {ClipText.End}, or the tokenizer_class is '{settings.Class}'; "
                + "expected CLIP's vocabulary (CLIPTokenizer) or GPT-2's (GPT2Tokenizer), the ones with merges.txt this kit reads. "
                + "Other models need a tokenizer.json.");
    }

    private static TextTokenizer Clip(
        Vocabulary vocabulary, IEnumerable<(string, string)> merges, string mergesFile, TokenizerSettings settings, int start, int end)
    {
        var model = new BytePairEncoding(vocabulary, merges, new() { Unknown = ClipText.End, WordEnd = ClipText.WordEnd }, mergesFile);
        AddedToken[] own = [new(ClipText.Start, start) { Special = true }, new(ClipText.End, end) { Special = true }];
        var pipeline = new TokenizerPipeline(model, ClipText.Normalize, ClipText.Cut, AddedTokens.Collect(own, settings, vocabulary));
        return settings.Frame(pipeline, TokenizerFamily.Clip, new([start], [end]), end);
    }

    private static TextTokenizer Gpt2(Vocabulary vocabulary, IEnumerable<(string, string)> merges, string mergesFile, TokenizerSettings settings)
    {
        var model = new BytePairEncoding(vocabulary, merges, new(), mergesFile);
        var cut = new ByteLevel(settings.Flag("add_prefix_space", false), UseRegex: true);
        var end = vocabulary.IdOf(ClipText.End);
        AddedToken[] own = end is { } id ? [new(ClipText.End, id) { Special = true }] : [];
        var pipeline = new TokenizerPipeline(model, null, cut.Apply, AddedTokens.Collect(own, settings, vocabulary));
        return settings.Frame(pipeline, settings.Family ?? TokenizerFamily.Unknown, new([], []), end);
    }
}
