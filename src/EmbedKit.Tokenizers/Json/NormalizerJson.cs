using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Normalizers;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers.Json;

/// <summary>Makes the normaliser that a <c>tokenizer.json</c> describes.</summary>
internal static class NormalizerJson
{
    private const string Known =
        "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer, Replace, Prepend, Strip, Precompiled or ByteLevel";

    // What decomposes furthest in Unicode becomes 18 characters; short texts may be put between long ones.
    private const int MostGrowth = 32;
    private const int LongestOfShort = 1 << 16;

    /// <param name="json">The component.</param>
    /// <param name="bert">What the other configs make of BERT's flags.</param>
    internal static Normalizer Read(ConfigJson json, Func<BertNormalizer, BertNormalizer> bert) => json.Text("type") switch
    {
        "Sequence" => Bounded([.. json.Objects("normalizers").Select(n => Read(n, bert))], json.Path),
        _ => Bounded([Step(json, bert)], json.Path),
    };

    /// <summary>The most characters that a text of so many may become.</summary>
    internal static int MostLength(int length) => (int)Math.Min(Math.Max(LongestOfShort, (long)MostGrowth * length), int.MaxValue);

    private static Normalizer Step(ConfigJson json, Func<BertNormalizer, BertNormalizer> bert) => json.Text("type") switch
    {
        "NFC" => t => UnicodeNormalization.Compose(t),
        "NFD" => t => UnicodeNormalization.Decompose(t),
        "NFKC" => t => UnicodeNormalization.Compose(t, compatibility: true),
        "NFKD" => t => UnicodeNormalization.Decompose(t, compatibility: true),
        "Lowercase" => LowerCase.Of,
        "StripAccents" => t => Characters.Without(t, Characters.IsMark),
        "BertNormalizer" => bert(Bert(json)).Apply,
        "Replace" => Replace(PatternJson.Read(json), json.Text("content") ?? ""),
        "Prepend" => Prepend(json.Text("prepend") ?? throw json.Error("prepend", "missing", "text")),
        "Strip" => Strip(json.Flag("strip_left", true), json.Flag("strip_right", true)),
        "Precompiled" => new PrecompiledCharsmap(Charsmap(json), json.Path).ApplyByGrapheme,
        "ByteLevel" => t => ByteAlphabet.Write(t),
        var other => throw json.Error("normalizer", $"of type '{other}'", Known),
    };

    /// <summary>One after the other.</summary>
    internal static Normalizer Chain(IReadOnlyList<Normalizer> steps) => t => steps.Aggregate(t, (text, step) => step(text));

    /// <summary>One after the other, the text growing no further than it may.</summary>
    private static Normalizer Bounded(IReadOnlyList<Normalizer> steps, string source) => t => steps.Aggregate(t, (text, step) =>
        step(text) is var next && next.Length <= MostLength(t.Length) ? next
            : throw new TokenizerException(
                $"{source}: its normalizer makes {next.Length:N0} characters of {t.Length:N0}; expected at most {MostLength(t.Length):N0}."));

    private static BertNormalizer Bert(ConfigJson json) => new()
    {
        CleanText = json.Flag("clean_text", true),
        SeparateCjk = json.Flag("handle_chinese_chars", true),
        StripAccents = json.Has("strip_accents") ? json.Flag("strip_accents", false) : null,
        LowerCase = json.Flag("lowercase", true),
    };

    private static Normalizer Replace(TextPattern pattern, string content) => t => pattern.Replace(t, content, MostLength(t.Length));

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
