using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Models;

/// <summary>Where a model folder's files were fetched from.</summary>
/// <param name="Hub">The hub's base address.</param>
/// <param name="Repository">Owner and name on the hub.</param>
/// <param name="Revision">The branch, tag or commit that was asked for.</param>
/// <param name="Commit">The commit that it meant.</param>
/// <param name="Licence">The licence as the hub names it, or null where it names none.</param>
public sealed record ModelSource(string Hub, string Repository, string Revision, string Commit, string? Licence);

/// <summary>
/// <c>models.lock.json</c> of a model folder: the SHA-256 of its files, checked whenever the model is opened, and where they came from:
/// <c>{"source": {…}, "files": {"onnx/model.onnx": "hex…"}}</c>.
/// </summary>
public static class ModelLock
{
    /// <summary>The lock's name.</summary>
    public const string FileName = "models.lock.json";

    /// <summary>The model card's name. No lock holds it: nothing is computed from a card.</summary>
    public const string CardFileName = "README.md";

    /// <summary>Writes the lock.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="sha256">Relative path, with /, → SHA-256 in hexadecimal.</param>
    /// <param name="source">Where the files came from, or null.</param>
    public static void Write(string folder, IReadOnlyDictionary<string, string> sha256, ModelSource? source = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(sha256);
        var json = new JsonObject();
        if (source is not null)
        {
            json["source"] = new JsonObject
            {
                ["hub"] = source.Hub,
                ["repository"] = source.Repository,
                ["revision"] = source.Revision,
                ["commit"] = source.Commit,
                ["licence"] = source.Licence,
            };
        }

        json["files"] = new JsonObject(
            sha256.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value)));
        JsonStyle.Write(Path.Combine(folder, FileName), json);
    }

    /// <summary>Relative path → SHA-256, as the lock has them; null without a lock.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">The lock is not the JSON it should be.</exception>
    public static IReadOnlyDictionary<string, string>? ReadFiles(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var json = ModelJson.Read(path);
        var files = json.Object("files") ?? throw json.Error("files", "missing", "an object from path to SHA-256");
        return files.Root.EnumerateObject().ToDictionary(
            e => e.Name,
            e => e.Value.ValueKind == JsonValueKind.String ? e.Value.GetString()!
                : throw json.Error(e.Name, e.Value.GetRawText(), "a SHA-256 in hexadecimal"));
    }

    /// <summary>Checks every file the lock names.</summary>
    /// <returns>The relative paths checked; null when the folder has no lock.</returns>
    /// <exception cref="InputException">A file that is missing, outside the folder, or not the one that was locked.</exception>
    internal static IReadOnlyList<string>? Verify(string folder)
    {
        if (ReadFiles(folder) is not { } files)
        {
            return null;
        }

        var verified = new List<string>();
        foreach (var (path, expected) in files)
        {
            var file = ContainedPath.Join(folder, path)
                ?? throw new InputException(
                    $"{folder}: {FileName} names '{path}', a path that leaves the model folder; expected a relative path inside it.");
            if (!File.Exists(file))
            {
                throw new InputException($"{folder}: no {path}; expected it, since {FileName} lists it. Fetch or train the model again.");
            }

            if (ModelHashes.Of(file) is { } actual && !actual.Equals(expected, StringComparison.OrdinalIgnoreCase))
            {
                throw new InputException(
                    $"{file}: SHA-256 is {actual}; expected {expected} by {FileName}. The file was changed or cut: fetch or train the model again.");
            }

            verified.Add(path);
        }

        return verified;
    }

    /// <summary>Where the files of a folder came from; null without a lock, or when it does not say.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">The lock is not the JSON it should be.</exception>
    public static ModelSource? ReadSource(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var json = ModelJson.Read(path);
        if (json.Object("source") is not { } source)
        {
            return null;
        }

        string Required(string key) => source.Text(key) ?? throw source.Error(key, "missing", "text");
        return new(Required("hub"), Required("repository"), Required("revision"), Required("commit"), source.Text("licence"));
    }

    /// <summary>Locks every file of a folder as it is, but the lock itself and the model card.</summary>
    /// <param name="folder">The model folder.</param>
    public static void Write(string folder) => Write(folder, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(p => Path.GetRelativePath(folder, p).Replace('\\', '/')).Where(p => p is not (FileName or CardFileName))
        .ToDictionary(p => p, p => ModelHashes.Of(Path.Combine(folder, p))));
}
