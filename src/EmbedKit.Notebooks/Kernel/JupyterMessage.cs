using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>One message of Jupyter's wire protocol, version 5.3: routing frames, delimiter, signature, four JSON objects.</summary>
/// <param name="Routing">The frames before the delimiter, e.g. the topic.</param>
/// <param name="Header">Its header.</param>
/// <param name="Parent">The header of the request it answers; empty for a request.</param>
/// <param name="Metadata">What the client adds, e.g. the id of the cell.</param>
/// <param name="Content">Its content.</param>
internal sealed record JupyterMessage(IReadOnlyList<byte[]> Routing, JsonObject Header, JsonObject Parent, JsonObject Metadata, JsonObject Content)
{
    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();

    /// <summary>By which one message is told from another; empty for one that has not been sent.</summary>
    internal string Signature { get; init; } = "";

    /// <summary>Who sent it; null for what is sent from here.</summary>
    internal ZmtpPeer? Peer { get; init; }

    /// <summary>What it asks or tells, e.g. <c>execute_request</c>.</summary>
    internal string Type => Text(Header, "msg_type");

    /// <summary>An answer to this message.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="content">Its content.</param>
    /// <param name="routing">Where to; by default back to the one who asked.</param>
    internal JupyterMessage Answer(string type, JsonObject content, IReadOnlyList<byte[]>? routing = null)
    {
        var header = new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString("N"),
            ["session"] = Text(Header, "session"),
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = "5.3",
        };
        return new(routing ?? Routing, header, (JsonObject)Header.DeepClone(), [], content);
    }

    /// <summary>Takes a message apart; null when it is malformed or its signature is not of the key.</summary>
    internal static JupyterMessage? Read(IReadOnlyList<byte[]> message, byte[] key)
    {
        var frames = message.ToList();
        var at = frames.FindIndex(f => f.AsSpan().SequenceEqual(Delimiter));
        if (at < 0 || frames.Count < at + 6)
        {
            return null;
        }

        var parts = frames.GetRange(at + 2, 4);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(parts, key)), frames[at + 1]))
        {
            return null;
        }

        try
        {
            return new(frames[..at], Parse(parts[0]), Parse(parts[1]), Parse(parts[2]), Parse(parts[3]))
            {
                Signature = Encoding.ASCII.GetString(frames[at + 1]),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The frames, signed.</summary>
    internal IReadOnlyList<byte[]> ToFrames(byte[] key)
    {
        byte[][] parts = [Bytes(Header), Bytes(Parent), Bytes(Metadata), Bytes(Content)];
        return [.. Routing, Delimiter, Encoding.ASCII.GetBytes(Sign(parts, key)), .. parts];
    }

    /// <summary>A text value of an object, or the empty string.</summary>
    internal static string Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>A truth value of an object, or what it is by default.</summary>
    internal static bool Flag(JsonObject json, string name, bool otherwise) =>
        json[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    /// <summary>A whole number of an object, or 0.</summary>
    internal static int Number(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;

    /// <summary>The signature of header, parent, metadata and content.</summary>
    internal static string Sign(IEnumerable<byte[]> parts, byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, parts.SelectMany(p => p).ToArray()));

    private static JsonObject Parse(byte[] json) => StrictJson.Parse(json) as JsonObject ?? [];

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, JsonStyle.Compact);
}
