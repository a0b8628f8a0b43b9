using System.Text.Json.Nodes;
using EmbedKit.Tests;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>The same ids as Hugging Face's tokenizers, live, on 2,000 texts made of everything that is hard.</summary>
public sealed class HuggingFaceParityTests(ITestOutputHelper output) : IDisposable
{
    private const string Canonical =
        """{"type":"Sequence","normalizers":[{"type":"Lowercase"},{"type":"Replace","pattern":{"Regex":"[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]"},"content":""},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Strip","strip_left":true,"strip_right":true}]}""";

    private const string Metaspace = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""";
    private static readonly string[] Texts = HardTexts.Make(2000);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Vocabularies_made_here_give_the_same_ids()
    {
        string Model(string name) => Path.Combine(AppContext.BaseDirectory, "Models", name);
        PeerComparison.AssertSame(
            _folder,
            new()
            {
                ["clip"] = TokenizerJsonFiles.Clip(Model("tiny-clip")),
                ["llama"] = TokenizerJsonFiles.Llama(Path.Combine(Model("tiny-llama"), "tokenizer.model")),
                ["gemma"] = TokenizerJsonFiles.Gemma(Path.Combine(Model("tiny-llama"), "tokenizer.model")),
                ["gpt2"] = TokenizerJsonFiles.Gpt2(Texts[..400]),
                ["llama3"] = TokenizerJsonFiles.Llama3(Texts[..400]),
                ["siglip"] = TokenizerJsonFiles.Unigram(Texts[..400], TokenizerJsonFiles.Json(Canonical), TokenizerJsonFiles.Json(Metaspace)),
                ["unigram-bytes"] = TokenizerJsonFiles.Unigram(Texts[..400], TokenizerJsonFiles.Json("""{"type":"NFKC"}"""), TokenizerJsonFiles.Json(Metaspace), byteFallback: true),
            },
            Texts,
            output,
            JavaScriptDiffers);
    }

    [Fact]
    public void Real_vocabularies_give_the_same_ids()
    {
        RealVocabularyTests.WriteClip(_folder);
        PeerComparison.AssertSame(
            _folder,
            new()
            {
                ["clip"] = TokenizerJsonFiles.Clip(_folder),
                ["bert"] = TokenizerJsonFiles.Bert(Samples.Find("bert/vocab.txt")),
                ["bert-cased"] = TokenizerJsonFiles.Bert(Samples.Find("bert/vocab.txt"), lowerCase: false),
                ["llama"] = TokenizerJsonFiles.Llama(Samples.Find("llama/tokenizer.model")),
                ["gemma"] = TokenizerJsonFiles.Gemma(Samples.Find("llama/tokenizer.model")),
            },
            Texts,
            output,
            JavaScriptDiffers);
    }

    /// <summary>Why the JavaScript tokenizers may differ from the Rust ones, which ours follow.</summary>
    private static string? JavaScriptDiffers(string tokenizer, string text) =>
        tokenizer == "unigram-bytes" ? "JavaScript's unigram model knows no byte fallback"
        : tokenizer == "llama3" && (text.Contains("WE'LL", StringComparison.Ordinal) || text.Contains("<image>", StringComparison.Ordinal)) ? "JavaScript knows no single_word and strips otherwise"
        : tokenizer.StartsWith("bert", StringComparison.Ordinal) && text.EnumerateRunes().Any(r => r.Value >= 0x20000) ? "JavaScript sets no ideograph beyond U+FFFF apart"
        : tokenizer is "clip" or "bert" or "gemma" or "siglip" && text.Contains('Σ', StringComparison.Ordinal) ? "JavaScript lower-cases a final Σ to ς"
        : tokenizer is "clip" or "gpt2" or "siglip" && text.Contains('\uFEFF', StringComparison.Ordinal) ? "U+FEFF is white space in JavaScript's patterns"
        : tokenizer == "gpt2" && text.Contains('\u0085', StringComparison.Ordinal) ? "U+0085 is no white space in JavaScript's patterns"
        : (tokenizer == "clip" && text.Contains("<|ENDOFTEXT|>", StringComparison.Ordinal)) || (tokenizer == "gemma" && text.Contains("  ", StringComparison.Ordinal)) ? "JavaScript takes a stretch that normalises to an added token for it"
        : null;

    /// <summary>Each component alone, before a model whose ids show every byte and every word's end.</summary>
    [Fact]
    public void Every_component_does_what_the_reference_does()
    {
        string[] normalizers =
        [
            "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "ByteLevel", "Prepend\",\"prepend\":\"_", "Strip\",\"strip_left\":true,\"strip_right\":false,\"x\":\"",
            "Replace\",\"content\":\"bb\",\"pattern\":{\"String\":\"a\"},\"x\":\"", "Replace\",\"content\":\"\",\"pattern\":{\"Regex\":\"[^\\\\s\\\\w]+|(?<=a)\\\\d\"},\"x\":\"",
            "BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":true,\"lowercase\":false,\"x\":\"",
            "BertNormalizer\",\"clean_text\":false,\"handle_chinese_chars\":false,\"strip_accents\":null,\"lowercase\":true,\"x\":\"",
        ];
        string[] behaviours = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];
        string[] preTokenizers =
        [
            "Whitespace", "WhitespaceSplit", "BertPreTokenizer", "Digits\",\"individual_digits\":true,\"x\":\"", "Digits\",\"individual_digits\":false,\"x\":\"",
            "ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true,\"x\":\"",
            "Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true,\"x\":\"",
            "Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"first\",\"split\":false,\"x\":\"",
            "Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"never\",\"split\":true,\"x\":\"",
            "Sequence\",\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"first\",\"split\":true}],\"x\":\"",
            .. behaviours.Select(b => $"Punctuation\",\"behavior\":\"{b}"),
            .. behaviours.Select(b => $"Split\",\"behavior\":\"{b}\",\"invert\":false,\"pattern\":{{\"Regex\":\"\\\\p{{N}}+|[A-Z]| \"}},\"x\":\""),
            .. behaviours.Select(b => $"Split\",\"behavior\":\"{b}\",\"invert\":true,\"pattern\":{{\"String\":\"a\"}},\"x\":\""),
        ];
        AddedTokenJson[] added =
        [
            TokenizerJsonFiles.Added(256, "<image>") with { LeftStrip = true, RightStrip = true },
            TokenizerJsonFiles.Added(257, "NEVUS", special: false) with { SingleWord = true },
            TokenizerJsonFiles.Added(258, "Lesion", special: false, normalized: true),
            TokenizerJsonFiles.Added(259, "nevus", special: false, normalized: true) with { SingleWord = true, RightStrip = true },
        ];
        var cases = normalizers.Select((n, i) => ($"normalizer {i} {n.Split('"')[0]}", TokenizerJsonFiles.Bytes($"{{\"type\":\"{n}\"}}", null)))
            .Concat(preTokenizers.Select((p, i) => ($"pre-tokenizer {i} {p.Split('"')[0]}", TokenizerJsonFiles.Bytes(null, $"{{\"type\":\"{p}\"}}"))))
            .Append(("added tokens", TokenizerJsonFiles.Bytes("""{"type":"Lowercase"}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}""", added)));
        PeerComparison.AssertSame(_folder, cases.ToDictionary(c => c.Item1, c => c.Item2), Texts[..1000], output, withJavaScript: false);
    }
}
