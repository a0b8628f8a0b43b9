using System.Text.Json.Nodes;
using EmbedKit.Tokenizers.SentencePiece;
using static EmbedKit.Tokenizers.Tests.TokenizerJsonParts;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Writes <c>tokenizer.json</c> files as the model families publish theirs, on real vocabularies and on small ones made here.</summary>
internal static class TokenizerJsonFiles
{
    private const string ClipPattern = @"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>CLIP's, from <c>vocab.json</c> and <c>merges.txt</c> of a folder.</summary>
    internal static JsonObject Clip(string folder)
    {
        var vocabulary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "vocab.json")))!;
        int start = vocabulary["<|startoftext|>"]!.GetValue<int>(), end = vocabulary["<|endoftext|>"]!.GetValue<int>();
        return Assemble(
            [Added(start, "<|startoftext|>", normalized: true), Added(end, "<|endoftext|>")],
            Parse("""
                {"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]}
                """),
            Sequence(
                "pretokenizers",
                Split(ClipPattern, "Removed", invert: true),
                Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}""")),
            new JsonObject
            {
                ["type"] = "RobertaProcessing",
                ["sep"] = new JsonArray("<|endoftext|>", end),
                ["cls"] = new JsonArray("<|startoftext|>", start),
                ["trim_offsets"] = false,
                ["add_prefix_space"] = false,
            },
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
            new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = null,
                ["lowercase"] = lowerCase,
            },
            Parse("""{"type":"BertPreTokenizer"}"""),
            Template(("[CLS]", Array.IndexOf(tokens, "[CLS]")), ("[SEP]", Array.IndexOf(tokens, "[SEP]"))),
            new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = Vocabulary(tokens),
            });
    }

    /// <summary>LLaMA-2's, from a SentencePiece file whose pieces become merges in the order of their scores.</summary>
    internal static JsonObject Llama(string modelFile) => Assemble(
        [Added(0, "<unk>"), Added(1, "<s>"), Added(2, "</s>")],
        Parse("""
            {"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}
            """),
        null,
        Template(("<s>", 1), null),
        SentencePieceBpe(modelFile, pairs: false));

    /// <summary>Gemma's (SigLIP 2): no prefix, spaces end words, pairs as lists; here behind a lower case of its own.</summary>
    internal static JsonObject Gemma(string modelFile)
    {
        var tokens = SentencePieceFile.Read(modelFile).Vocabulary;
        return Assemble(
            [Added(0, "<unk>"), Added(1, "<s>"), Added(2, "</s>"), Added(tokens.IdOf("▁▁") ?? tokens.Size, "▁▁", special: false)],
            Parse("""{"type":"Sequence","normalizers":[{"type":"Lowercase"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""),
            Parse("""{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}"""),
            Template(null, ("</s>", 2)),
            SentencePieceBpe(modelFile, pairs: true));
    }

    /// <summary>GPT-2's way, learned from a few texts.</summary>
    internal static JsonObject Gpt2(IEnumerable<string> texts)
    {
        var (tokens, merges) = ByteLevelVocabulary(texts);
        return Assemble(
            [Added(tokens.Count, "<|endoftext|>")],
            null,
            Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}"""),
            Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false}"""),
            new JsonObject { ["type"] = "BPE", ["vocab"] = Vocabulary(tokens), ["merges"] = Strings(merges.Select(m => $"{m.Left} {m.Right}")) });
    }

    /// <summary>LLaMA-3's way: its own pattern, whole words before merges, added tokens beyond the vocabulary.</summary>
    internal static JsonObject Llama3(IEnumerable<string> texts)
    {
        var (tokens, merges) = ByteLevelVocabulary(texts);
        return Assemble(
            [
                Added(tokens.Count, "<|begin_of_text|>"),
                Added(tokens.Count + 1, "<|endoftext|>"),
                Added(tokens.Count + 2, "<image>") with { LeftStrip = true, RightStrip = true },
                Added(tokens.Count + 3, "WE'LL", special: false) with { SingleWord = true },
            ],
            null,
            Sequence(
                "pretokenizers",
                Split(Llama3Pattern, "Isolated", invert: false),
                Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""")),
            Sequence(
                "processors",
                Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true}"""),
                Template(("<|begin_of_text|>", tokens.Count), null)),
            new JsonObject { ["type"] = "BPE", ["ignore_merges"] = true, ["vocab"] = Vocabulary(tokens), ["merges"] = Pairs(merges) });
    }

    /// <summary>A unigram vocabulary of the commonest substrings, their scores the logarithms of their shares.</summary>
    internal static JsonObject Unigram(IEnumerable<string> texts, JsonNode? normalizer, JsonNode preTokenizer, bool byteFallback = false)
    {
        var words = texts.SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(w => "▁" + w).ToArray();
        static IEnumerable<string> Substrings(string word) => Enumerable.Range(0, word.Length)
            .SelectMany(start => Enumerable.Range(1, Math.Min(8, word.Length - start)).Select(length => word.Substring(start, length)));
        var counts = words.SelectMany(Substrings).Where(p => !p.Any(char.IsSurrogate) && !p.Contains('<'))
            .CountBy(p => p).OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).Take(1500).ToArray();
        double total = counts.Sum(c => c.Value);
        var bytes = byteFallback ? Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>") : [];
        var pieces = new[] { "<pad>", "</s>", "<unk>" }.Concat(bytes).Select(p => (p, 0.0))
            .Concat(counts.Select(c => (c.Key, Math.Log(c.Value / total))));
        return UnigramOf(pieces, unknown: 2, end: 1, normalizer, preTokenizer, byteFallback);
    }

    /// <summary>A unigram tokenizer, as T5 and SigLIP publish theirs.</summary>
    internal static JsonObject UnigramOf(
        IEnumerable<(string Piece, double Score)> vocabulary, int unknown, int end, JsonNode? normalizer, JsonNode preTokenizer,
        bool byteFallback = false)
    {
        var pieces = vocabulary.ToArray();
        return Assemble(
            [Added(unknown, pieces[unknown].Piece), Added(end, pieces[end].Piece)],
            normalizer,
            preTokenizer,
            Template(null, (pieces[end].Piece, end)),
            new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = unknown,
                ["byte_fallback"] = byteFallback,
                ["vocab"] = new JsonArray([.. pieces.Select(p => (JsonNode)new JsonArray(p.Piece, p.Score))]),
            });
    }

    /// <summary>A model of nothing but bytes whose ids tell where every word ends: shows what normalisers and pre-tokenizers do.</summary>
    internal static JsonObject Bytes(string? normalizer, string? preTokenizer, params AddedTokenJson[] added) => Assemble(
        added,
        normalizer is null ? null : Parse(normalizer),
        preTokenizer is null ? null : Parse(preTokenizer),
        null,
        new JsonObject
        {
            ["type"] = "BPE",
            ["byte_fallback"] = true,
            ["end_of_word_suffix"] = "|",
            ["vocab"] = Vocabulary(Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")),
            ["merges"] = new JsonArray(),
        });
}
