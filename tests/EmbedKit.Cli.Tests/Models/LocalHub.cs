using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Models;

/// <summary>A hub on loopback with one repository, <c>owner/clip</c>; it serves ranges and tags, unless a test makes it misbehave.</summary>
internal sealed class LocalHub : IDisposable
{
    internal const string Repository = "owner/clip";
    internal const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly LocalServer _server;

    internal LocalHub() => _server = new(Answer);

    /// <summary>Path → content. Those that end in .onnx or .onnx_data are in large-file storage.</summary>
    internal Dictionary<string, byte[]> Files { get; } = new()
    {
        ["config.json"] = Encoding.UTF8.GetBytes("""{"model_type": "clip"}"""),
        ["preprocessor_config.json"] = "{}"u8.ToArray(),
        ["onnx/model.onnx"] = Bytes(70_000),
        ["onnx/vision_model.onnx"] = Bytes(300_000),
        ["onnx/vision_model.onnx_data"] = Bytes(500_000),
        ["onnx/text_model.onnx"] = Bytes(50_001),
        ["onnx/vision_model_fp16.onnx"] = Bytes(1000),
        ["pytorch_model.bin"] = Bytes(2000),
    };

    /// <summary>Asked first; null lets the hub answer as it should.</summary>
    internal Func<LocalServer.Request, LocalServer.Reply?> Misbehave { get; set; } = _ => null;

    internal string CommitNow { get; set; } = Commit;

    internal Uri Address => _server.Address;

    internal Uri OtherName => _server.OtherName;

    internal IReadOnlyList<LocalServer.Request> Requests => [.. _server.Requests];

    /// <summary>Requests for the content of a file.</summary>
    internal IReadOnlyList<LocalServer.Request> Asked(string path) =>
        [.. Requests.Where(r => r.Target.EndsWith("/" + path, StringComparison.Ordinal))];

    internal static bool Is(LocalServer.Request request, string path) => request.Target.EndsWith("/" + path, StringComparison.Ordinal);

    internal static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>As a hub should answer: whole, or the range that is asked for when the tag still fits.</summary>
    internal LocalServer.Reply Answer(LocalServer.Request request) => Misbehave(request) ?? Serve(request);

    internal LocalServer.Reply Serve(LocalServer.Request request)
    {
        if (request.Target.StartsWith("/api/", StringComparison.Ordinal))
        {
            return request.Target.StartsWith($"/api/models/{Repository}/", StringComparison.Ordinal) ? new(200, Description()) : new(404)
            {
                Headers = [("X-Error-Code", "RepoNotFound")],
            };
        }

        var path = Files.Keys.SingleOrDefault(f => request.Target == $"/{Repository}/resolve/{CommitNow}/{f}");
        if (path is null)
        {
            return new(404) { Headers = [("X-Error-Code", "EntryNotFound")] };
        }

        var (content, tag) = (Files[path], $"\"{Convert.ToHexString(SHA256.HashData(Files[path]))[..16]}\"");
        var from = request.Headers.TryGetValue("Range", out var range) && (!request.Headers.TryGetValue("If-Range", out var known) || known == tag)
            ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
            : 0;
        return from == 0
            ? new(200, content) { Headers = [("ETag", tag)] }
            : new(206, content[from..]) { Headers = [("ETag", tag), ("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}")] };
    }

    public void Dispose() => _server.Dispose();

    private string Description() => JsonSerializer.Serialize(new
    {
        id = Repository,
        sha = CommitNow,
        cardData = new { license = "mit" },
        siblings = Files.Select(f => f.Key.Contains(".onnx", StringComparison.Ordinal)
            ? (object)new
            {
                rfilename = f.Key,
                size = f.Value.Length,
                blobId = new string('0', 40),
                lfs = new { size = f.Value.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(f.Value)), pointerSize = 134 }
            }
            : new { rfilename = f.Key, size = f.Value.Length, blobId = GitBlob(f.Value) }),
    });

    [SuppressMessage("Security", "CA5350", Justification = "Git names its blobs by SHA-1.")]
    private static string GitBlob(byte[] content) =>
        Convert.ToHexStringLower(
            SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")), .. content]));
}
