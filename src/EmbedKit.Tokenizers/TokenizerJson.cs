using System.Text.Json;
using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Json;
using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.Normalizers;

namespace EmbedKit.Tokenizers;

/// <summary>A <c>tokenizer.json</c>: Hugging Face's own format, which spells every step out.</summary>
/// <param name="Pipeline">From text to ids.</param>
/// <param name="Frame">Ids around them.</param>
internal sealed record TokenizerJson(TokenizerPipeline Pipeline, SpecialFrame Frame)
{
    internal const string File = "tokenizer.json";

    /// <summary>Most ids of a text, or null.</summary>
    internal int? Truncation { get; private init; }

    /// <summary>Whether what is too long loses its beginning.</summary>
    internal bool CutsLeft { get; private init; }

    /// <summary>The length every text is filled up to, or null.</summary>
    internal int? FixedLength { get; private init; }

    /// <summary>Whether filling goes in front.</summary>
    internal bool PadsLeft { get; private init; }

    /// <summary>The id that fills, or null.</summary>
    internal int? PadId { get; private init; }

    /// <exception cref="TokenizerException">Not such a file, or one with a component this kit does not read.</exception>
    internal static TokenizerJson Read(string path, TokenizerSettings settings)
    {
        using var json = ConfigJson.Read(path);
        var model = TokenModelJson.Read(json.Object("model") ?? throw json.Error("model", "missing", "BPE, WordPiece or Unigram"));
        var normalizer = json.Object("normalizer") is { } steps ? NormalizerJson.Read(steps, settings.BertByClass) : null;
        if (settings.LowersFirst)
        {
            normalizer = normalizer is null ? LowerCase.Of : NormalizerJson.Chain([LowerCase.Of, normalizer]);
        }

        var added = AddedTokens.Collect(
            json.Objects("added_tokens").Select(t => AddedToken.Read(t)), settings, model.Vocabulary, specialAsText: false);
        var preTokenizer = json.Object("pre_tokenizer") is { } cuts ? PreTokenizerJson.Read(cuts) : null;
        var (truncation, padding) = (json.Object("truncation"), json.Object("padding"));
        return new(new(model, normalizer, preTokenizer, added), PostProcessorJson.Read(json.Object("post_processor")))
        {
            Truncation = truncation?.Count("max_length"),
            CutsLeft = truncation?.Text("direction") == "Left",
            FixedLength = Fixed(padding),
            PadsLeft = padding?.Text("direction") == "Left",
            PadId = padding?.Has("pad_id") == true ? Pad(padding, padding.Number("pad_id", 0)) : null,
        };
    }

    private static int Pad(ConfigJson padding, double id) => id is >= 0 and <= Vocabulary.LargestId ? (int)id
        : throw padding.Error("pad_id", FormattableString.Invariant($"{id}"), "a token id");

    /// <summary><c>"strategy"</c> is "BatchLongest", which needs no rule, or {"Fixed": length}.</summary>
    private static int? Fixed(ConfigJson? padding) =>
        padding?.Root.TryGetProperty("strategy", out var strategy) == true
            && strategy.ValueKind == JsonValueKind.Object ? padding.Object("strategy")!.Count("Fixed") : null;
}
