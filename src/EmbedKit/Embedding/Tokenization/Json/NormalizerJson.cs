using EmbedKit.Embedding.Tokenization.Normalizers;
using EmbedKit.Embedding.Tokenization.PreTokenizers;

namespace EmbedKit.Embedding.Tokenization.Json;

/// <summary>Makes the normaliser that a <c>tokenizer.json</c> describes.</summary>
internal static class NormalizerJson
{
    private const string Known = "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer, Replace, Prepend, Strip, Precompiled or ByteLevel";

    /// <param name="json">The component.</param>
    /// <param name="settings">What the other configs say of BERT's flags.</param>
    internal static Normalizer Read(ConfigJson json, TokenizerSettings settings) => json.Text("type") switch
    {
        "Sequence" => Chain([.. json.Objects("normalizers").Select(n => Read(n, settings))]),
        "NFC" => t => UnicodeNormalization.Compose(t),
        "NFD" => t => UnicodeNormalization.Decompose(t),
        "NFKC" => t => UnicodeNormalization.Compose(t, compatibility: true),
        "NFKD" => t => UnicodeNormalization.Decompose(t, compatibility: true),
        "Lowercase" => LowerCase.Of,
        "StripAccents" => t => Characters.Without(t, Characters.IsMark),
        "BertNormalizer" => Bert(json, settings).Apply,
        "Replace" => Replace(PatternJson.Read(json), json.Text("content") ?? ""),
        "Prepend" => Prepend(json.Text("prepend") ?? throw json.Error("prepend", "missing", "text")),
        "Strip" => Strip(json.Flag("strip_left", true), json.Flag("strip_right", true)),
        "Precompiled" => new PrecompiledCharsmap(Charsmap(json), json.Path).ApplyByGrapheme,
        "ByteLevel" => t => ByteAlphabet.Write(t),
        var other => throw json.Error("normalizer", $"of type '{other}'", Known),
    };

    /// <summary>One after the other.</summary>
    internal static Normalizer Chain(IReadOnlyList<Normalizer> steps) => t => steps.Aggregate(t, (text, step) => step(text));

    /// <summary>BERT's tokenizer classes let the configs change what the file says.</summary>
    private static BertNormalizer Bert(ConfigJson json, TokenizerSettings settings)
    {
        var normalizer = new BertNormalizer
        {
            CleanText = json.Flag("clean_text", true),
            SeparateCjk = json.Flag("handle_chinese_chars", true),
            StripAccents = json.Has("strip_accents") ? json.Flag("strip_accents", false) : null,
            LowerCase = json.Flag("lowercase", true),
        };
        return TokenizerFamily.Of(settings.Class) == TokenizerFamily.Bert ? settings.Bert(normalizer) : normalizer;
    }

    private static Normalizer Replace(TextPattern pattern, string content) => t => pattern.Replace(t, content);

    private static Normalizer Prepend(string prefix) => t => t.Length == 0 ? t : prefix + t;

    private static Normalizer Strip(bool left, bool right) => t => Characters.Trim(t, left, right);

    private static byte[] Charsmap(ConfigJson json)
    {
        try
        {
            return Convert.FromBase64String(json.Text("precompiled_charsmap") ?? "");
        }
        catch (FormatException)
        {
            throw json.Error("precompiled_charsmap", "not base64", "SentencePiece's character map in base64");
        }
    }
}
