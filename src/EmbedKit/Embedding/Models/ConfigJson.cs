using System.Text.Json;
using System.Text.Unicode;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Models;

/// <summary>A size as Hugging Face configs write it: one number, a shortest or longest edge, or height and width.</summary>
internal readonly record struct ConfigSize(
    int? Bare = null, int? ShortestEdge = null, int? LongestEdge = null, int? Height = null, int? Width = null);

/// <summary>One JSON object of a model folder, read with errors that name file and key. Keys with value null count as missing.</summary>
internal sealed class ConfigJson : IDisposable
{
    /// <summary>Longest side of an image a config may ask for.</summary>
    internal const int LargestSide = 4096;

    private const int LongestQuote = 80;
    private static readonly JsonDocumentOptions Parsing = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };
    private readonly JsonDocument? _owned;
    private readonly string _path;

    private ConfigJson(JsonElement root, string path, JsonDocument? owned = null) => (Root, _path, _owned) = (root, path, owned);

    internal JsonElement Root { get; }

    /// <summary>The file, for messages.</summary>
    internal string Path => _path;

    /// <summary>Reads a file of at most <see cref="RegularFile.LargestText"/> bytes.</summary>
    /// <exception cref="InputException">No regular file, no JSON object, a key twice in one object, or text that is no Unicode.</exception>
    internal static ConfigJson Read(string path)
    {
        var bytes = RegularFile.ReadBytes(path, "a JSON file");
        try
        {
            var document = JsonDocument.Parse(bytes, Parsing);
            var found = document.RootElement.ValueKind != JsonValueKind.Object ? "not a JSON object; expected one, in braces"
                : !Utf8.IsValid(bytes) || !IsUnicode(document.RootElement) ? "holds text that is no Unicode; expected whole characters"
                : null;
            if (found is null)
            {
                return new(document.RootElement, path, document);
            }

            document.Dispose();
            throw new InputException($"{path}: {found}.");
        }
        catch (InvalidOperationException error)
        {
            throw new InputException($"{path}: a key holds text that is no Unicode; expected whole characters.", error);
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{path} line {error.LineNumber + 1}: not JSON this kit reads ({InputException.OneLine(error.Message)}); expected a JSON object, "
                    + "each key once.", error);
        }
    }

    internal bool Has(string key) => Root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    internal string? Text(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Error(key, value.GetRawText(), "text");

    internal bool Flag(string key, bool missing) => Find(key) is not { } value ? missing
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Error(key, value.GetRawText(), "true or false");

    internal double Number(string key, double missing) => Find(key) is not { } value ? missing
        : value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble()
        : throw Error(key, value.GetRawText(), "a number");

    /// <summary>A positive whole number, or null when the key is missing.</summary>
    internal int? Count(string key) => Find(key) is not { } value ? null : Whole(key, value, int.MaxValue);

    /// <summary>An image side written as one number; null when the key is missing or written otherwise.</summary>
    internal int? OptionalSide(string key) => Find(key) is { ValueKind: JsonValueKind.Number } value ? Whole(key, value, LargestSide) : null;

    internal double[] Numbers(string key, int count) =>
        Find(key) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() == count
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && double.IsFinite(v.GetDouble()))
            ? [.. value.EnumerateArray().Select(v => v.GetDouble())]
            : throw Error(key, Find(key)?.GetRawText() ?? "missing", $"a list of {count} numbers");

    internal ConfigSize Size(string key) => Find(key) switch
    {
        { ValueKind: JsonValueKind.Number } value => new(Bare: Whole(key, value, LargestSide)),
        { ValueKind: JsonValueKind.Object } value when value.EnumerateObject()
            .All(p => p.Name is "shortest_edge" or "longest_edge" or "height" or "width") => new(
            ShortestEdge: Side(key, value, "shortest_edge"), LongestEdge: Side(key, value, "longest_edge"),
            Height: Side(key, value, "height"), Width: Side(key, value, "width")),
        { } value => throw Error(key, value.GetRawText(), "a number, or an object of shortest_edge, longest_edge, height and width"),
        null => throw Error(key, "missing", "a number or an object of numbers"),
    };

    /// <summary>A nested object, or null when the key is missing; it lives as long as this one.</summary>
    internal ConfigJson? Object(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new(value, _path)
        : throw Error(key, value.GetRawText(), "an object");

    /// <summary>Refuses keys that mean nothing here: a misspelt one would silently not count.</summary>
    internal void RequireOnly(params string[] known)
    {
        if (Root.EnumerateObject().FirstOrDefault(p => !known.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw Error(unknown.Name, "not a known key", string.Join(", ", known));
        }
    }

    internal InputException Error(string key, string found, string expected) =>
        new($"{_path}: '{Quote(key)}' is {Quote(found)}; expected {expected}.");

    public void Dispose() => _owned?.Dispose();

    private static string Quote(string text) =>
        text.Length > LongestQuote ? $"{text.AsSpan(0, LongestQuote)}…".ReplaceLineEndings(" ") : text.ReplaceLineEndings(" ");

    /// <summary>Whether no escape writes half a surrogate pair, which reading would throw at.</summary>
    private static bool IsUnicode(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Array => element.EnumerateArray().All(IsUnicode),
                JsonValueKind.Object => element.EnumerateObject().All(p => p.Name is not null && IsUnicode(p.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private JsonElement? Find(string key) => Has(key) ? Root.GetProperty(key) : null;

    private int? Side(string key, JsonElement size, string name) =>
        size.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Whole($"{key}.{name}", value, LargestSide) : null;

    private int Whole(string key, JsonElement value, int largest) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= largest ? number
            : throw Error(key, value.GetRawText(), $"a whole number from 1 to {largest}");
}
