using System.Text.Json.Nodes;
using EmbedKit.Demo.Training;
using EmbedKit.Tokenizers.PreTokenizers;
using EmbedKit.Tokenizers.SentencePiece;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>What a <c>tokenizer.json</c> is put together from: steps, tokens, vocabularies.</summary>
internal static class TokenizerJsonParts
{
    internal static JsonNode Parse(string text) => JsonNode.Parse(text)!;

    internal static AddedTokenJson Added(int id, string content, bool special = true, bool normalized = false) =>
        new(id, content, special, normalized);

    internal static JsonObject Split(string pattern, string behaviour, bool invert) =>
        new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = behaviour, ["invert"] = invert };

    internal static JsonObject Sequence(string key, params JsonNode[] steps) => new() { ["type"] = "Sequence", [key] = new JsonArray(steps) };

    internal static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)JsonValue.Create(i))]);

    internal static JsonArray Pairs(IEnumerable<(string Left, string Right)> merges) =>
        new([.. merges.Select(m => (JsonNode)new JsonArray(m.Left, m.Right))]);

    internal static JsonObject Vocabulary(IEnumerable<string> tokens) =>
        new(tokens.Select((t, i) => KeyValuePair.Create(t, (JsonNode?)JsonValue.Create(i))));

    internal static JsonObject Assemble(
        AddedTokenJson[] added, JsonNode? normalizer, JsonNode? preTokenizer, JsonNode? postProcessor, JsonObject model) => new()
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

    internal static JsonObject Template((string Token, int Id)? before, (string Token, int Id)? after)
    {
        static JsonNode Special(string token) => new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };
        JsonNode text = new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } };
        static JsonNode[] Frame((string Token, int Id)? token) => token is { } t ? [Special(t.Token)] : [];
        JsonNode[] single = [.. Frame(before), text, .. Frame(after)];
        var tokens = new[] { before, after }.OfType<(string Token, int Id)>().Select(t => KeyValuePair.Create(
            t.Token, (JsonNode?)new JsonObject { ["id"] = t.Token, ["ids"] = new JsonArray(t.Id), ["tokens"] = new JsonArray(t.Token) }));
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(single),
            ["pair"] = new JsonArray([.. single.Select(n => n.DeepClone()), Parse("""{"Sequence":{"id":"B","type_id":1}}""")]),
            ["special_tokens"] = new JsonObject(tokens),
        };
    }

    /// <summary>
    /// As Hugging Face converts a SentencePiece BPE model: every way to cut a piece in two pieces, in the order of the whole's score.
    /// </summary>
    internal static JsonObject SentencePieceBpe(string modelFile, bool pairs)
    {
        var file = SentencePieceFile.Read(modelFile);
        var ids = file.Pieces.ToDictionary(p => p.Piece, p => p.Id);
        var merges = file.Pieces
            .SelectMany(p => Enumerable.Range(1, p.Piece.Length - 1).Select(at => (Left: p.Piece[..at], Right: p.Piece[at..], p.Score)))
            .Where(m => ids.ContainsKey(m.Left) && ids.ContainsKey(m.Right))
            .OrderByDescending(m => m.Score).ThenBy(m => ids[m.Left]).ThenBy(m => ids[m.Right])
            .Select(m => (m.Left, m.Right));
        return new()
        {
            ["type"] = "BPE",
            ["unk_token"] = "<unk>",
            ["fuse_unk"] = true,
            ["byte_fallback"] = true,
            ["vocab"] = Vocabulary(Enumerable.Range(0, file.Vocabulary.Size).Select(i => file.Vocabulary.TokenOf(i)!)),
            ["merges"] = pairs ? Pairs(merges) : Strings(merges.Select(m => $"{m.Left} {m.Right}")),
        };
    }

    internal static (IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges) ByteLevelVocabulary(IEnumerable<string> texts)
    {
        var words = texts.SelectMany(t => new ByteLevel(PrefixSpace: false, UseRegex: true).Apply(new(t, true)))
            .CountBy(p => p.Text).OrderBy(p => p.Key, StringComparer.Ordinal);
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
