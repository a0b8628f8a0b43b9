using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Embedding.Training;
using EmbedKit.Tokenizers.PreTokenizers;
using EmbedKit.Tokenizers.SentencePiece;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Writes <c>tokenizer.json</c> files as the model families publish theirs, on real vocabularies and on small ones made here.</summary>
internal static class TokenizerJsonFiles
{
    private const string ClipPattern = @"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
    private const string Llama3Pattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>CLIP's, from <c>vocab.json</c> and <c>merges.txt</c> of a folder.</summary>
    internal static JsonObject Clip(string folder)
    {
        var vocabulary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "vocab.json")))!;
        int start = vocabulary["<|startoftext|>"]!.GetValue<int>(), end = vocabulary["<|endoftext|>"]!.GetValue<int>();
        return Assemble(
            [Added(start, "<|startoftext|>", normalized: true), Added(end, "<|endoftext|>")],
            Json("""{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]}"""),
            Sequence("pretokenizers", Split(ClipPattern, "Removed", invert: true), Json("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}""")),
            new JsonObject { ["type"] = "RobertaProcessing", ["sep"] = new JsonArray("<|endoftext|>", end), ["cls"] = new JsonArray("<|startoftext|>", start), ["trim_offsets"] = false, ["add_prefix_space"] = false },
            new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = "<|endoftext|>",
                ["continuing_subword_prefix"] = "",
                ["end_of_word_suffix"] = "</w>",
                ["fuse_unk"] = false,
                ["vocab"] = vocabulary,
                ["merges"] = Strings(File.ReadLines(Path.Combine(folder, "merges.txt")).Skip(1)),
            });
    }

    /// <summary>BERT's, from a <c>vocab.txt</c>; PubMedBERT's (BioMedCLIP) is the same.</summary>
    internal static JsonObject Bert(string vocabularyFile, bool lowerCase = true)
    {
        var tokens = File.ReadAllLines(vocabularyFile);
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        return Assemble(
            [.. special.Select(t => Added(Array.IndexOf(tokens, t), t))],
            new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = null, ["lowercase"] = lowerCase },
            Json("""{"type":"BertPreTokenizer"}"""),
            Template(("[CLS]", Array.IndexOf(tokens, "[CLS]")), ("[SEP]", Array.IndexOf(tokens, "[SEP]"))),
            new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = Vocabulary(tokens) });
    }

    /// <summary>LLaMA-2's, from a SentencePiece file whose pieces become merges in the order of their scores.</summary>
    internal static JsonObject Llama(string modelFile) => Assemble(
        [Added(0, "<unk>"), Added(1, "<s>"), Added(2, "</s>")],
        Json("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""),
        null,
        Template(("<s>", 1), null),
        SentencePieceBpe(modelFile, pairs: false));

    /// <summary>Gemma's (SigLIP 2): no prefix, spaces end words, pairs as lists; here behind a lower case of its own.</summary>
    internal static JsonObject Gemma(string modelFile) => Assemble(
        [Added(0, "<unk>"), Added(1, "<s>"), Added(2, "</s>"), Added(SentencePieceFile.Read(modelFile).Vocabulary is var tokens && tokens.IdOf("▁▁") is { } id ? id : tokens.Size, "▁▁", special: false)],
        Json("""{"type":"Sequence","normalizers":[{"type":"Lowercase"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""),
        new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["String"] = " " }, ["behavior"] = "MergedWithPrevious", ["invert"] = false },
        Template(null, ("</s>", 2)),
        SentencePieceBpe(modelFile, pairs: true));

    /// <summary>GPT-2's way, learned from a few texts.</summary>
    internal static JsonObject Gpt2(IEnumerable<string> texts)
    {
        var (tokens, merges) = ByteLevelVocabulary(texts);
        return Assemble(
            [Added(tokens.Count, "<|endoftext|>")],
            null,
            Json("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}"""),
            Json("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false}"""),
            new JsonObject { ["type"] = "BPE", ["vocab"] = Vocabulary(tokens), ["merges"] = Strings(merges.Select(m => $"{m.Left} {m.Right}")) });
    }

    /// <summary>LLaMA-3's way: its own pattern, whole words before merges, added tokens beyond the vocabulary.</summary>
    internal static JsonObject Llama3(IEnumerable<string> texts)
    {
        var (tokens, merges) = ByteLevelVocabulary(texts);
        return Assemble(
            [Added(tokens.Count, "<|begin_of_text|>"), Added(tokens.Count + 1, "<|endoftext|>"), Added(tokens.Count + 2, "<image>") with { LeftStrip = true, RightStrip = true }, Added(tokens.Count + 3, "WE'LL", special: false) with { SingleWord = true }],
            null,
            Sequence("pretokenizers", Split(Llama3Pattern, "Isolated", invert: false), Json("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""")),
            Sequence("processors", Json("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true}"""), Template(("<|begin_of_text|>", tokens.Count), null)),
            new JsonObject { ["type"] = "BPE", ["ignore_merges"] = true, ["vocab"] = Vocabulary([.. tokens]), ["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)new JsonArray(m.Left, m.Right))]) });
    }

    /// <summary>A unigram vocabulary of the commonest substrings, their scores the logarithms of their shares.</summary>
    internal static JsonObject Unigram(IEnumerable<string> texts, JsonNode? normalizer, JsonNode preTokenizer, bool byteFallback = false)
    {
        var words = texts.SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(w => "▁" + w).ToArray();
        var counts = words.SelectMany(w => Enumerable.Range(0, w.Length).SelectMany(s => Enumerable.Range(1, Math.Min(8, w.Length - s)).Select(l => w.Substring(s, l))))
            .Where(p => !p.Any(char.IsSurrogate) && !p.Contains('<')).CountBy(p => p).OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).Take(1500).ToArray();
        double total = counts.Sum(c => c.Value);
        var bytes = byteFallback ? Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>") : [];
        var pieces = new[] { "<pad>", "</s>", "<unk>" }.Concat(bytes).Select(p => (p, 0.0)).Concat(counts.Select(c => (c.Key, Math.Log(c.Value / total))));
        return UnigramOf(pieces, unknown: 2, end: 1, normalizer, preTokenizer, byteFallback);
    }

    /// <summary>A unigram tokenizer, as T5 and SigLIP publish theirs.</summary>
    internal static JsonObject UnigramOf(IEnumerable<(string Piece, double Score)> vocabulary, int unknown, int end, JsonNode? normalizer, JsonNode preTokenizer, bool byteFallback = false)
    {
        var pieces = vocabulary.ToArray();
        return Assemble(
            [Added(unknown, pieces[unknown].Piece), Added(end, pieces[end].Piece)],
            normalizer,
            preTokenizer,
            Template(null, (pieces[end].Piece, end)),
            new JsonObject { ["type"] = "Unigram", ["unk_id"] = unknown, ["byte_fallback"] = byteFallback, ["vocab"] = new JsonArray([.. pieces.Select(p => (JsonNode)new JsonArray(p.Piece, p.Score))]) });
    }

    /// <summary>A model of nothing but bytes whose ids tell where every word ends: shows what normalisers and pre-tokenizers do.</summary>
    internal static JsonObject Bytes(string? normalizer, string? preTokenizer, params AddedTokenJson[] added) => Assemble(
        added,
        normalizer is null ? null : Json(normalizer),
        preTokenizer is null ? null : Json(preTokenizer),
        null,
        new JsonObject { ["type"] = "BPE", ["byte_fallback"] = true, ["end_of_word_suffix"] = "|", ["vocab"] = Vocabulary(Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")), ["merges"] = new JsonArray() });

    internal static JsonNode Json(string text) => JsonNode.Parse(text)!;

    internal static AddedTokenJson Added(int id, string content, bool special = true, bool normalized = false) => new(id, content, special, normalized);

    private static JsonObject Split(string pattern, string behaviour, bool invert) =>
        new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = behaviour, ["invert"] = invert };

    private static JsonObject Sequence(string key, params JsonNode[] steps) => new() { ["type"] = "Sequence", [key] = new JsonArray(steps) };

    private static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)JsonValue.Create(i))]);

    private static JsonObject Vocabulary(IEnumerable<string> tokens) => new(tokens.Select((t, i) => KeyValuePair.Create(t, (JsonNode?)JsonValue.Create(i))));

    private static JsonObject Assemble(AddedTokenJson[] added, JsonNode? normalizer, JsonNode? preTokenizer, JsonNode? postProcessor, JsonObject model) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. added.Select(a => a.ToJson())]),
        ["normalizer"] = normalizer,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = postProcessor,
        ["decoder"] = null,
        ["model"] = model,
    };

    private static JsonObject Template((string Token, int Id)? before, (string Token, int Id)? after)
    {
        static JsonNode Special(string token) => new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };
        JsonNode text = new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } };
        JsonNode[] single = [.. before is { } b ? [Special(b.Token)] : Array.Empty<JsonNode>(), text, .. after is { } a ? [Special(a.Token)] : Array.Empty<JsonNode>()];
        var tokens = new[] { before, after }.OfType<(string Token, int Id)>().Select(t => KeyValuePair.Create(
            t.Token, (JsonNode?)new JsonObject { ["id"] = t.Token, ["ids"] = new JsonArray(t.Id), ["tokens"] = new JsonArray(t.Token) }));
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(single),
            ["pair"] = new JsonArray([.. single.Select(n => n.DeepClone()), Json("""{"Sequence":{"id":"B","type_id":1}}""")]),
            ["special_tokens"] = new JsonObject(tokens),
        };
    }

    /// <summary>As Hugging Face converts a SentencePiece BPE model: every way to cut a piece in two pieces, in the order of the whole's score.</summary>
    private static JsonObject SentencePieceBpe(string modelFile, bool pairs)
    {
        var file = SentencePieceFile.Read(modelFile);
        var ids = file.Pieces.ToDictionary(p => p.Piece, p => p.Id);
        var merges = file.Pieces.SelectMany(p => Enumerable.Range(1, p.Piece.Length - 1).Select(at => (Left: p.Piece[..at], Right: p.Piece[at..], p.Score)))
            .Where(m => ids.ContainsKey(m.Left) && ids.ContainsKey(m.Right)).OrderByDescending(m => m.Score).ThenBy(m => ids[m.Left]).ThenBy(m => ids[m.Right]);
        return new()
        {
            ["type"] = "BPE",
            ["unk_token"] = "<unk>",
            ["fuse_unk"] = true,
            ["byte_fallback"] = true,
            ["vocab"] = Vocabulary(Enumerable.Range(0, file.Vocabulary.Size).Select(i => file.Vocabulary.TokenOf(i)!)),
            ["merges"] = pairs ? new JsonArray([.. merges.Select(m => (JsonNode)new JsonArray(m.Left, m.Right))]) : Strings(merges.Select(m => $"{m.Left} {m.Right}")),
        };
    }

    private static (IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges) ByteLevelVocabulary(IEnumerable<string> texts)
    {
        var words = texts.SelectMany(t => new ByteLevel(PrefixSpace: false, UseRegex: true).Apply(new(t, true))).CountBy(p => p.Text).OrderBy(p => p.Key, StringComparer.Ordinal);
        var pairs = new PairMerges(words.Select(w => (w.Key.Select(c => c.ToString()), (long)w.Value)));
        var merges = new List<(string Left, string Right)>();
        while (merges.Count < 600 && pairs.Next() is { } merge)
        {
            merges.Add(merge);
        }

        return ([.. ByteAlphabet.Characters.Order().Select(c => c.ToString()), .. merges.Select(m => m.Left + m.Right).Distinct()], merges);
    }
}

/// <summary>One entry of <c>added_tokens</c>.</summary>
internal sealed record AddedTokenJson(int Id, string Content, bool Special, bool Normalized)
{
    internal bool LeftStrip { get; init; }

    internal bool RightStrip { get; init; }

    internal bool SingleWord { get; init; }

    internal JsonNode ToJson() => new JsonObject
    {
        ["id"] = Id,
        ["content"] = Content,
        ["single_word"] = SingleWord,
        ["lstrip"] = LeftStrip,
        ["rstrip"] = RightStrip,
        ["normalized"] = Normalized,
        ["special"] = Special,
    };
}
