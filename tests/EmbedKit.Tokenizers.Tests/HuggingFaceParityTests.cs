using EmbedKit.Tests;
using static EmbedKit.Tokenizers.Tests.TokenizerJsonParts;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>The same ids as Hugging Face's Rust library, live, on 2,000 texts made of everything that is hard.</summary>
[Trait("Tier", "slow")]
public sealed class HuggingFaceParityTests : IDisposable
{
    private const string Canonical =
        """
        {"type":"Sequence","normalizers":[
          {"type":"Lowercase"},
          {"type":"Replace","pattern":{"Regex":"[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]"},"content":""},
          {"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},
          {"type":"Strip","strip_left":true,"strip_right":true}]}
        """;

    private const string Metaspace = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""";
    private const string MetaspaceFirst = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}""";
    private static readonly string[] Texts = HardTexts.Make(2000);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Vocabularies_made_here_give_the_same_ids()
    {
        string Model(string name) => Path.Combine(AppContext.BaseDirectory, "Models", name);
        RustComparison.AssertSame(
            _folder,
            new()
            {
                ["clip"] = TokenizerJsonFiles.Clip(Model("tiny-clip")),
                ["llama"] = TokenizerJsonFiles.Llama(Path.Combine(Model("tiny-llama"), "tokenizer.model")),
                ["gemma"] = TokenizerJsonFiles.Gemma(Path.Combine(Model("tiny-llama"), "tokenizer.model")),
                ["gpt2"] = TokenizerJsonFiles.Gpt2(Texts[..400]),
                ["llama3"] = TokenizerJsonFiles.Llama3(Texts[..400]),
                ["siglip"] = TokenizerJsonFiles.Unigram(Texts[..400], Parse(Canonical), Parse(Metaspace)),
                ["unigram-bytes"] = TokenizerJsonFiles.Unigram(Texts[..400], Parse("""{"type":"NFKC"}"""), Parse(Metaspace), byteFallback: true),
            },
            Texts);
    }

    [Fact]
    public void Real_vocabularies_give_the_same_ids()
    {
        RealVocabularyTests.WriteClip(_folder);
        RustComparison.AssertSame(
            _folder,
            new()
            {
                ["clip"] = TokenizerJsonFiles.Clip(_folder),
                ["bert"] = TokenizerJsonFiles.Bert(Samples.Find("bert/vocab.txt")),
                ["bert-cased"] = TokenizerJsonFiles.Bert(Samples.Find("bert/vocab.txt"), lowerCase: false),
                ["llama"] = TokenizerJsonFiles.Llama(Samples.Find("llama/tokenizer.model")),
                ["gemma"] = TokenizerJsonFiles.Gemma(Samples.Find("llama/tokenizer.model")),
            },
            Texts);
    }

    /// <summary>What is too long loses its end or its beginning, what is too short is filled behind or in front.</summary>
    [Theory]
    [InlineData("Right", "Right")]
    [InlineData("Left", "Left")]
    public void Cutting_and_filling_go_as_the_file_says(string cut, string fill)
    {
        var json = TokenizerJsonFiles.Llama(Path.Combine(AppContext.BaseDirectory, "Models", "tiny-llama", "tokenizer.model"));
        json["truncation"] = Parse($$"""{"direction":"{{cut}}","max_length":20,"strategy":"LongestFirst","stride":0}""");
        json["padding"] = Parse($$"""
            {"strategy":{"Fixed":20},"direction":"{{fill}}","pad_to_multiple_of":null,"pad_id":2,"pad_type_id":0,"pad_token":"</s>"}
            """);
        RustComparison.AssertSame(_folder, new() { ["llama"] = json }, Texts);
    }

    /// <summary><c>split_special_tokens</c> has no place in the file; special tokens that no text spells do the same.</summary>
    [Fact]
    public void Special_tokens_are_text_where_the_config_says_so()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "llama3"));
        File.WriteAllText(Path.Combine(_folder, "llama3", "tokenizer_config.json"), """{"split_special_tokens": true}""");
        RustComparison.AssertSame(_folder, new() { ["llama3"] = TokenizerJsonFiles.Llama3(Texts[..400]) }, Texts, json =>
        {
            foreach (var token in json["added_tokens"]!.AsArray().Where(t => t!["special"]!.GetValue<bool>()))
            {
                token!["content"] = $"\uE000{token["id"]}";
            }
        });
    }

    [Fact]
    public void Half_a_character_is_read_as_U_FFFD() => RustComparison.AssertSame(
        _folder,
        new() { ["bytes"] = TokenizerJsonFiles.Bytes(null, null) },
        ["a\ud800b", "\udc00", "\ud83d", "é\ude00\ud83d\ude00", "\ud800\ud800 x"]);

    /// <summary>Each component alone, before a model whose ids show every byte and every word's end.</summary>
    [Fact]
    public void Every_component_does_what_the_reference_does()
    {
        string[] normalizers =
        [
            "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "ByteLevel",
            "Prepend\",\"prepend\":\"_",
            "Strip\",\"strip_left\":true,\"strip_right\":false,\"x\":\"",
            "Replace\",\"content\":\"bb\",\"pattern\":{\"String\":\"a\"},\"x\":\"",
            "Replace\",\"content\":\"\",\"pattern\":{\"Regex\":\"[^\\\\s\\\\w]+|(?<=a)\\\\d\"},\"x\":\"",
            "BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":true,\"lowercase\":false,\"x\":\"",
            "BertNormalizer\",\"clean_text\":false,\"handle_chinese_chars\":false,\"strip_accents\":null,\"lowercase\":true,\"x\":\"",
        ];
        string[] behaviours = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];
        string[] preTokenizers =
        [
            "Whitespace", "WhitespaceSplit", "BertPreTokenizer",
            "Digits\",\"individual_digits\":true,\"x\":\"",
            "Digits\",\"individual_digits\":false,\"x\":\"",
            "ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true,\"x\":\"",
            "Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true,\"x\":\"",
            "Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"first\",\"split\":false,\"x\":\"",
            "Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"never\",\"split\":true,\"x\":\"",
            "Sequence\",\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},"
                + "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"first\",\"split\":true}],\"x\":\"",
            .. behaviours.Select(b => $"Punctuation\",\"behavior\":\"{b}"),
            .. behaviours.Select(b => $"Split\",\"behavior\":\"{b}\",\"invert\":false,\"pattern\":{{\"Regex\":\"\\\\p{{N}}+|[A-Z]| \"}},\"x\":\""),
            .. behaviours.Select(b => $"Split\",\"behavior\":\"{b}\",\"invert\":true,\"pattern\":{{\"String\":\"a\"}},\"x\":\""),
        ];
        AddedTokenJson[] added =
        [
            Added(256, "<image>") with { LeftStrip = true, RightStrip = true },
            Added(257, "NEVUS", special: false) with { SingleWord = true },
            Added(258, "Lesion", special: false, normalized: true),
            Added(259, "nevus", special: false, normalized: true) with { SingleWord = true, RightStrip = true },
        ];
        static string Typed(string type) => $"{{\"type\":\"{type}\"}}";
        static string Name(string step, int index, string type) => $"{step} {index} {type.Split('"')[0]}";
        var cases = normalizers.Select((n, i) => (Name("normalizer", i, n), TokenizerJsonFiles.Bytes(Typed(n), null)))
            .Concat(preTokenizers.Select((p, i) => (Name("pre-tokenizer", i, p), TokenizerJsonFiles.Bytes(null, Typed(p)))))
            .Append(("added tokens", TokenizerJsonFiles.Bytes("""{"type":"Lowercase"}""", MetaspaceFirst, added)));
        RustComparison.AssertSame(_folder, cases.ToDictionary(c => c.Item1, c => c.Item2), Texts[..1000]);
    }
}
