using System.Security.Cryptography;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding;

/// <summary>SHA-256 of a model folder's files, and their check against <c>models.lock.json</c>: <c>{"files": {"onnx/model.onnx": "hex…"}}</c>.</summary>
internal static class ModelHashes
{
    internal const string LockFile = "models.lock.json";

    /// <summary>The hash of one file, in lower-case hexadecimal.</summary>
    internal static string Of(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Checks every file the lock names.</summary>
    /// <returns>The relative paths checked; null when the folder has no lock.</returns>
    /// <exception cref="InputException">A file that is missing, outside the folder, or not the one that was locked.</exception>
    internal static IReadOnlyList<string>? Verify(string folder)
    {
        var path = Path.Combine(folder, LockFile);
        if (!File.Exists(path))
        {
            return null;
        }

        using var json = ConfigJson.Read(path);
        var files = json.Object("files") ?? throw json.Error("files", "missing", "an object from path to SHA-256");
        var verified = new List<string>();
        foreach (var entry in files.Root.EnumerateObject())
        {
            var file = ContainedPath.Join(folder, entry.Name) ?? throw json.Error(entry.Name, "a path that leaves the model folder", "a relative path inside it");
            var expected = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()!
                : throw json.Error(entry.Name, entry.Value.GetRawText(), "a SHA-256 in hexadecimal");
            if (!File.Exists(file))
            {
                throw new InputException($"{folder}: no {entry.Name}; expected it, since {LockFile} lists it. Fetch or train the model again.");
            }

            if (Of(file) is { } actual && !actual.Equals(expected, StringComparison.OrdinalIgnoreCase))
            {
                throw new InputException($"{file}: SHA-256 is {actual}; expected {expected} by {LockFile}. The file was changed or cut: fetch or train the model again.");
            }

            verified.Add(entry.Name);
        }

        return verified;
    }
}
