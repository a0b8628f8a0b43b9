using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EmbedKit.Tokenizers.Files;

/// <summary>One JSON object of a model folder, read with errors that name file and key. Keys with value null count as missing.</summary>
internal sealed class ConfigJson : IDisposable
{
    private const int LongestQuote = 80;
    private static readonly JsonDocumentOptions Parsing =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };
    private readonly Func<string, Exception?, Exception> _refusal;
    private readonly JsonDocument? _owned;

    private ConfigJson(JsonElement root, string path, Func<string, Exception?, Exception> refusal, JsonDocument? owned = null) =>
        (Root, Path, _refusal, _owned) = (root, path, refusal, owned);

    internal JsonElement Root { get; }

    /// <summary>The file, for messages.</summary>
    internal string Path { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="TokenizerException">No regular file, no JSON object, a key twice in one object, or text that is no Unicode.</exception>
    internal static ConfigJson Read(string path) =>
        Parse(WholeFile.ReadBytes(path, "a JSON file"), path, (message, cause) => new TokenizerException(message, cause));

    /// <summary>Parses what was read of a file.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="refusal">Makes what is thrown, here and by <see cref="Error"/>, of a message and its cause.</param>
    internal static ConfigJson Parse(byte[] bytes, string path, Func<string, Exception?, Exception> refusal)
    {
        // Editors put a byte order mark in front of UTF-8, and parsers stumble over it.
        var json = bytes.AsMemory(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        if (JsonFault.IsUtf16(bytes))
        {
            throw refusal($"{path}: is UTF-16; expected a JSON object in UTF-8.", null);
        }

        try
        {
            var document = JsonDocument.Parse(json, Parsing);
            var found = document.RootElement.ValueKind != JsonValueKind.Object ? "not a JSON object; expected one, in braces"
                : !Utf8.IsValid(bytes) || !IsUnicode(document.RootElement) ? "holds text that is no Unicode; expected whole characters"
                : null;
            if (found is null)
            {
                return new(document.RootElement, path, refusal, document);
            }

            document.Dispose();
            throw refusal($"{path}: {found}.", null);
        }
        catch (InvalidOperationException error)
        {
            throw refusal($"{path}: a key holds text that is no Unicode; expected whole characters.", error);
        }
        catch (JsonException error)
        {
            throw refusal(
                JsonFault.Words(
                    $"{path} line {error.LineNumber + 1}: not JSON this kit reads ({error.Message.TrimEnd('.', ' ')}); "
                        + "expected a JSON object, each key once."),
                error);
        }
    }

    /// <summary>The value of a key, or null when it is missing.</summary>
    internal JsonElement? Find(string key) => Root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal bool Has(string key) => Find(key) is not null;

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

    /// <summary>A whole number from 1 to the largest.</summary>
    internal int Whole(string key, JsonElement value, int largest) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= largest ? number
            : throw Error(key, value.GetRawText(), $"a whole number from 1 to {largest}");

    /// <summary>A nested object, or null when the key is missing; it lives as long as this one.</summary>
    internal ConfigJson? Object(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new(value, Path, _refusal)
        : throw Error(key, value.GetRawText(), "an object");

    /// <summary>A list of nested objects, or nothing when the key is missing; they live as long as this one.</summary>
    internal IReadOnlyList<ConfigJson> Objects(string key) => Find(key) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Object)
            ? [.. value.EnumerateArray().Select(v => new ConfigJson(v, Path, _refusal))]
        : throw Error(key, value.ValueKind == JsonValueKind.Array ? "a list of other things" : "no list", "a list of objects");

    internal Exception Error(string key, string found, string expected) =>
        _refusal($"{Path}: '{Quote(key)}' is {Quote(found)}; expected {expected}.", null);

    public void Dispose() => _owned?.Dispose();

    private static string Quote(string text) => (text.Length > LongestQuote ? $"{text.AsSpan(0, LongestQuote)}…" : text).ReplaceLineEndings(" ");

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
}
