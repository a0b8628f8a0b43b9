using System.Text.Json;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Embedding.Models;

/// <summary>A size as Hugging Face configs write it: one number, a shortest or longest edge, or height and width.</summary>
internal readonly record struct ConfigSize(
    int? Bare = null, int? ShortestEdge = null, int? LongestEdge = null, int? Height = null, int? Width = null);

/// <summary>Reads JSON files of a model folder, and what those of images hold: <see cref="ConfigJson"/> with this library's errors.</summary>
internal static class ModelJson
{
    /// <summary>Longest side of an image a config may ask for.</summary>
    internal const int LargestSide = 4096;

    /// <summary>Reads a file of at most <see cref="RegularFile.LargestText"/> bytes.</summary>
    /// <exception cref="InputException">No regular file, no JSON object, a key twice in one object, or text that is no Unicode.</exception>
    internal static ConfigJson Read(string path) =>
        ConfigJson.Parse(RegularFile.ReadBytes(path, "a JSON file"), path, (message, cause) => new InputException(message, cause));

    /// <summary>An image side written as one number; null when the key is missing or written otherwise.</summary>
    internal static int? OptionalSide(this ConfigJson json, string key) =>
        json.Find(key) is { ValueKind: JsonValueKind.Number } value ? json.Whole(key, value, LargestSide) : null;

    internal static double[] Numbers(this ConfigJson json, string key, int count) =>
        json.Find(key) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() == count
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && double.IsFinite(v.GetDouble()))
            ? [.. value.EnumerateArray().Select(v => v.GetDouble())]
            : throw json.Error(key, json.Find(key)?.GetRawText() ?? "missing", $"a list of {count} numbers");

    internal static ConfigSize Size(this ConfigJson json, string key) => json.Find(key) switch
    {
        { ValueKind: JsonValueKind.Number } value => new(Bare: json.Whole(key, value, LargestSide)),
        { ValueKind: JsonValueKind.Object } value when value.EnumerateObject()
            .All(p => p.Name is "shortest_edge" or "longest_edge" or "height" or "width") => new(
                ShortestEdge: Side(json, key, value, "shortest_edge"), LongestEdge: Side(json, key, value, "longest_edge"),
                Height: Side(json, key, value, "height"), Width: Side(json, key, value, "width")),
        { } value => throw json.Error(key, value.GetRawText(), "a number, or an object of shortest_edge, longest_edge, height and width"),
        null => throw json.Error(key, "missing", "a number or an object of numbers"),
    };

    /// <summary>Refuses keys that mean nothing here: a misspelt one would silently not count.</summary>
    internal static void RequireOnly(this ConfigJson json, params string[] known)
    {
        if (json.Root.EnumerateObject().FirstOrDefault(p => !known.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw json.Error(unknown.Name, "not a known key", string.Join(", ", known));
        }
    }

    private static int? Side(ConfigJson json, string key, JsonElement size, string name) =>
        size.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? json.Whole($"{key}.{name}", value, LargestSide) : null;
}
