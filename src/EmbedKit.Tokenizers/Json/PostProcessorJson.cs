using System.Text.Json;
using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Models;

namespace EmbedKit.Tokenizers.Json;

/// <summary>Ids around a text's own.</summary>
/// <param name="Before">In front.</param>
/// <param name="After">Behind.</param>
internal readonly record struct SpecialFrame(IReadOnlyList<int> Before, IReadOnlyList<int> After);

/// <summary>Reads what the post-processor of a <c>tokenizer.json</c> puts around a single text.</summary>
internal static class PostProcessorJson
{
    internal static SpecialFrame Read(ConfigJson? json) => json?.Text("type") switch
    {
        null when json is null => new([], []),
        "ByteLevel" => new([], []), // moves offsets, not ids
        "BertProcessing" or "RobertaProcessing" => new([Pair(json, "cls")], [Pair(json, "sep")]),
        "TemplateProcessing" => Template(json),
        "Sequence" => json.Objects("processors").Select(p => Read(p))
            .Aggregate(new SpecialFrame([], []), (inner, outer) => new([.. outer.Before, .. inner.Before], [.. inner.After, .. outer.After])),
        var other => throw json!.Error(
            "post_processor", $"of type '{other}'", "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel or Sequence"),
    };

    private static int Pair(ConfigJson json, string key) =>
        json.Root.TryGetProperty(key, out var pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
            && TokenModelJson.Id(pair[1]) is { } id ? id
            : throw json.Error(key, "missing or no such pair", "a token and its id");

    private static SpecialFrame Template(ConfigJson json)
    {
        List<int> before = [], after = [];
        var texts = 0;
        foreach (var item in json.Objects("single"))
        {
            if (item.Object("SpecialToken") is { } special)
            {
                (texts == 0 ? before : after).AddRange(Ids(json, special.Text("id") ?? ""));
            }
            else
            {
                texts += item.Object("Sequence")?.Text("id") == "A" ? 1
                    : throw json.Error("single", item.Root.GetRawText(), "special tokens around sequence A");
            }
        }

        return texts == 1 ? new(before, after) : throw json.Error("single", $"a template with {texts} texts", "one");
    }

    private static int[] Ids(ConfigJson json, string token)
    {
        Exception Missing() => json.Error("special_tokens", $"without ids for '{token}'", "the ids of every token of the template");
        return json.Object("special_tokens")?.Object(token)?.Root is { } entry
            && entry.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array
            ? [.. ids.EnumerateArray().Select(i => TokenModelJson.Id(i) ?? throw Missing())]
            : throw Missing();
    }
}
