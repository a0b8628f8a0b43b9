using System.Buffers.Binary;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Http;

/// <summary>
/// Reads what <c>POST /embeddings</c> answers: <c>{"data": [{"index": 0, "embedding": …}, …]}</c>, an embedding being a list of numbers or
/// the base64 of little-endian float32. Rows are placed by index, whatever order they come in.
/// </summary>
internal static class EmbeddingsAnswer
{
    private const int LongestErrorText = 300;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="body">The answer, JSON in UTF-8.</param>
    /// <param name="count">Texts that were sent.</param>
    /// <param name="source">Names the endpoint in messages.</param>
    /// <returns>count × D.</returns>
    /// <exception cref="InputException">Anything but one finite vector of one width for each text.</exception>
    internal static float[][] Read(ReadOnlyMemory<byte> body, int count, string source)
    {
        using var json = Parse(body) ?? throw Bad(source, "not JSON, or JSON with a key twice or text that is no Unicode", "embeddings");
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.Array)
        {
            throw Bad(source, "JSON without a list 'data'", "embeddings");
        }

        if (data.GetArrayLength() != count)
        {
            throw Bad(source, $"{NumberText.Count(data.GetArrayLength(), "embedding")} for {NumberText.Count(count, "text")}", "one each");
        }

        var vectors = new float[count][];
        foreach (var item in data.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("index", out var number)
                || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var index)
                || index < 0 || index >= count || vectors[index] is not null)
            {
                throw Bad(source, "embeddings whose 'index' is missing, repeated or out of range", $"0 to {count - 1}, each once");
            }

            vectors[index] = item.TryGetProperty("embedding", out var embedding) ? Vector(embedding, index, source)
                : throw Bad(source, $"no 'embedding' at index {index}", "one");
            if (vectors[index].Length == 0 || vectors[index].Length != vectors[data[0].GetProperty("index").GetInt32()].Length)
            {
                throw Bad(source, $"{vectors[index].Length} numbers at index {index}", "vectors of one width");
            }
        }

        return vectors;
    }

    /// <summary>What a refusal says for people, on one line, cut where it is long.</summary>
    internal static string ErrorText(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        if (json is null || json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("error", out var error))
        {
            return "";
        }

        var text = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) ? message.ToString()
            : error.ToString();
        text = text.ReplaceLineEndings(" ").Trim();
        return $": {(text.Length > LongestErrorText ? text[..LongestErrorText] + "…" : text)}";
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var json = JsonDocument.Parse(body, Strict);
            if (IsUnicode(json.RootElement))
            {
                return json;
            }

            json.Dispose();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // No JSON, or a key that is no Unicode.
        }

        return null;
    }

    /// <summary>Whether every text in it can be read: JSON may escape half of a pair of surrogates.</summary>
    private static bool IsUnicode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(p => p.Name is not null && IsUnicode(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(IsUnicode),
        JsonValueKind.String => element.GetString() is not null,
        _ => true,
    };

    private static float[] Vector(JsonElement embedding, int index, string source)
    {
        float[] vector = embedding.ValueKind switch
        {
            JsonValueKind.String => Decode(embedding, index, source),
            JsonValueKind.Array when embedding.GetArrayLength() > 0 && embedding[0].ValueKind == JsonValueKind.Array =>
                throw Bad(source, $"a vector a token at index {index}", "one a text; start the server with pooling (llama.cpp: --pooling mean)"),
            JsonValueKind.Array => [.. embedding.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetSingle() : float.NaN)],
            _ => throw Bad(source, $"an embedding that is {embedding.ValueKind} at index {index}", "a list of numbers, or base64"),
        };
        return Array.TrueForAll(vector, float.IsFinite) ? vector
            : throw Bad(source, $"NaN, infinity or no number in the embedding at index {index}", "finite numbers");
    }

    private static float[] Decode(JsonElement embedding, int index, string source)
    {
        if (!embedding.TryGetBytesFromBase64(out var bytes) || bytes.Length % sizeof(float) != 0)
        {
            throw Bad(source, $"a text that is not the base64 of float32 at index {index}", "a list of numbers, or base64");
        }

        var vector = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return vector;
    }

    private static InputException Bad(string source, string found, string expected) => new($"{source}: answers {found}; expected {expected}.");
}
