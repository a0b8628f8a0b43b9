using System.Security.Cryptography;
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
        if (ModelLock.ReadFiles(folder) is not { } files)
        {
            return null;
        }

        var verified = new List<string>();
        foreach (var (path, expected) in files)
        {
            var file = ContainedPath.Join(folder, path)
                ?? throw new InputException($"{folder}: {LockFile} names '{path}', a path that leaves the model folder; expected a relative path inside it.");
            if (!File.Exists(file))
            {
                throw new InputException($"{folder}: no {path}; expected it, since {LockFile} lists it. Fetch or train the model again.");
            }

            if (Of(file) is { } actual && !actual.Equals(expected, StringComparison.OrdinalIgnoreCase))
            {
                throw new InputException($"{file}: SHA-256 is {actual}; expected {expected} by {LockFile}. The file was changed or cut: fetch or train the model again.");
            }

            verified.Add(path);
        }

        return verified;
    }
}
