using System.Text.Json;
using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Models;

namespace EmbedKit.Tokenizers.Json;

/// <summary>Makes the model that a <c>tokenizer.json</c> describes.</summary>
internal static class TokenModelJson
{
    private const int LongestAffix = 64;

    // The search for pieces grows with the third power of a word's length.
    private const int LongestWord = 1000;

    internal static ITokenModel Read(ConfigJson json) => (json.Text("type") ?? Guess(json)) switch
    {
        "BPE" => BytePairs(json),
        "WordPiece" => new WordPiece(
            Tokens(json), json.Text("unk_token") ?? "[UNK]", json.Text("continuing_subword_prefix") ?? "##",
            json.Count("max_input_chars_per_word") is not { } longest ? 100
                : longest <= LongestWord ? longest : throw json.Error("max_input_chars_per_word", $"{longest}", $"at most {LongestWord}")),
        "Unigram" => Unigram(json),
        var other => throw json.Error("model", $"of type '{other}'", "BPE, WordPiece or Unigram"),
    };

    /// <summary>An object of tokens and ids.</summary>
    internal static IEnumerable<(string Token, int Id)> Ids(ConfigJson json, JsonElement tokens)
    {
        foreach (var entry in tokens.EnumerateObject())
        {
            yield return (entry.Name, Id(entry.Value) ?? throw json.Error(entry.Name, entry.Value.GetRawText(), "a token id"));
        }
    }

    /// <summary>A token id, or null where the value is none.</summary>
    internal static int? Id(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id is >= 0 and <= Vocabulary.LargestId ? id : null;

    // Files of before 2020 do not name the type.
    private static string? Guess(ConfigJson json) =>
        json.Has("merges") ? "BPE" : json.Has("continuing_subword_prefix") ? "WordPiece" : json.Has("unk_id") ? "Unigram" : null;

    private static Vocabulary Tokens(ConfigJson json) =>
        new(Ids(json, json.Object("vocab")?.Root ?? throw json.Error("vocab", "missing", "tokens and their ids")), json.Path);

    private static BytePairEncoding BytePairs(ConfigJson json)
    {
        if (json.Number("dropout", 0) != 0)
        {
            throw json.Error("dropout", "not 0", "none: tokens drawn by chance make no embedding twice");
        }

        return new(Tokens(json), Merges(json), new()
        {
            Unknown = json.Text("unk_token"),
            FuseUnknown = json.Flag("fuse_unk", false),
            ByteFallback = json.Flag("byte_fallback", false),
            IgnoreMerges = json.Flag("ignore_merges", false),
            ContinuingPrefix = Affix(json, "continuing_subword_prefix"),
            WordEnd = Affix(json, "end_of_word_suffix"),
        }, json.Path);
    }

    private static string Affix(ConfigJson json, string key) => json.Text(key) is not { } affix ? ""
        : affix.Length <= LongestAffix ? affix : throw json.Error(key, $"{affix.Length} characters long", $"at most {LongestAffix} characters");

    /// <summary>Merges as "a b" or as ["a", "b"]; only the second can hold spaces.</summary>
    private static IEnumerable<(string Left, string Right)> Merges(ConfigJson json)
    {
        if (!json.Root.TryGetProperty("merges", out var merges) || merges.ValueKind != JsonValueKind.Array)
        {
            throw json.Error("merges", "missing or no list", "a list of pairs");
        }

        foreach (var merge in merges.EnumerateArray())
        {
            string[] pair = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array => [.. merge.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : "")],
                _ => [],
            };
            yield return pair is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right)
                : throw json.Error("merges", $"{merge.GetRawText()} at one place", "two tokens there");
        }
    }

    private static Unigram Unigram(ConfigJson json)
    {
        if (!json.Root.TryGetProperty("vocab", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw json.Error("vocab", "missing or no list", "a list of pieces with their scores");
        }

        var pieces = list.EnumerateArray().Select((piece, id) => piece.ValueKind == JsonValueKind.Array && piece.GetArrayLength() == 2
                && piece[0].ValueKind == JsonValueKind.String && piece[1].ValueKind == JsonValueKind.Number && double.IsFinite(piece[1].GetDouble())
            ? (Token: piece[0].GetString()!, Id: id, Score: piece[1].GetDouble())
            : throw json.Error("vocab", $"{piece.GetRawText()} at place {id}", "a piece and its score there")).ToArray();
        var unknown = json.Root.TryGetProperty("unk_id", out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var index) ? index : -1;
        return unknown < 0 || unknown >= pieces.Length
            ? throw json.Error("unk_id", unknown < 0 ? "missing" : $"{unknown}", $"the place of a piece, below {pieces.Length}")
            : new(
                new(pieces.Select(p => (p.Token, p.Id)), json.Path),
                pieces.Select(p => (p.Id, p.Score)),
                unknown,
                pieces.Min(p => p.Score),
                json.Flag("byte_fallback", false));
    }
}
