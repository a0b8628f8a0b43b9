using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Models;

/// <summary>SHA-256 of a model folder's files.</summary>
internal static class ModelHashes
{
    private const string Expected = "a file of the model";

    // Hashing a model of gigabytes takes seconds, and a run asks twice: the lock's check and the provenance.
    private const int LargeFile = 1 << 24;
    private static readonly ConcurrentDictionary<(string Path, long Length, DateTime Changed), string> LargeFiles = [];

    /// <summary>The hash of one file, in lower-case hexadecimal; a large file is read once a process while its size and time of change
    /// stay.</summary>
    internal static string Of(string path)
    {
        if (RegularFile.Length(path, Expected) == 0)
        {
            return Convert.ToHexStringLower(SHA256.HashData([]));
        }

        using var file = RegularFile.OpenRead(path, Expected);
        var (length, changed) = (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle)); // of the file itself, where the path is a link
        return length >= LargeFile ? LargeFiles.GetOrAdd((Path.GetFullPath(path), length, changed), key => Read(key.Path)) : Read(path);
    }

    /// <summary>
    /// The hash of a model: that of its ONNX file, or, where it has external data, the SHA-256 of one line <c>hash  path</c> a file, the ONNX
    /// file first (as <c>sha256sum</c> writes them, paths relative to the folder with /).
    /// </summary>
    internal static string OfModel(string folder, string file, IReadOnlyList<string> data) => data.Count == 0 ? Of(file)
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Concat(data.Prepend(file).Select(f => $"{Of(f)}  {Path.GetRelativePath(folder, f).Replace('\\', '/')}\n")))));

    private static string Read(string path)
    {
        using var stream = RegularFile.OpenRead(path, Expected);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
