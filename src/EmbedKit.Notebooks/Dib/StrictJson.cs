using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedKit.Notebooks.Dib;

/// <summary>
/// Parses JSON that a stranger wrote. A <see cref="JsonNode"/> is parsed as it is read, so that a key that is there twice, or a text that is half
/// a surrogate pair, would fail somewhere later; here it fails at once.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses and looks at every value.</summary>
    /// <exception cref="JsonException">It is no JSON, nests deeper than 64, has a key twice or a broken text.</exception>
    internal static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var node = JsonNode.Parse(utf8, documentOptions: Options);
            Visit(node);
            return node;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    internal static JsonNode? Parse(string text) => Parse(System.Text.Encoding.UTF8.GetBytes(text));

    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (_, value) in json)
                {
                    Visit(value);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    Visit(item);
                }

                break;
            case JsonValue value:
                value.TryGetValue<string>(out _);
                break;
        }
    }
}
