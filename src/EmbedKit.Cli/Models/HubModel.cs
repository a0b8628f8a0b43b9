using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>A file on the hub.</summary>
/// <param name="Path">Relative path, parts parted by /, safe to join to a folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">Of its content.</param>
internal sealed record HubFile(string Path, long Size, HubHash Hash);

/// <summary>What the hub says of a model at one commit.</summary>
/// <param name="Repository">Owner and name.</param>
/// <param name="Commit">The commit the revision meant.</param>
/// <param name="Licence">As its card names it, or null.</param>
/// <param name="Files">Its files whose names are safe.</param>
internal sealed record HubModel(string Repository, string Commit, string? Licence, IReadOnlyList<HubFile> Files)
{
    private const long LargestFile = 1L << 40;
    private const int MostFiles = 100_000;
    private const int LongestLicence = 200;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the answer to <c>/api/models/{repository}/revision/{revision}?blobs=true</c>.</summary>
    /// <exception cref="InputException">Other JSON than that, or a file that leads out of its folder.</exception>
    internal static HubModel Read(ReadOnlyMemory<byte> json, string repository, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            var commit = root.GetProperty("sha").GetString();
            if (commit is not { Length: 40 } || !commit.All(char.IsAsciiHexDigitLower))
            {
                throw new InputException($"{source}: 'sha' is no commit; expected 40 hexadecimal digits.");
            }

            var siblings = root.GetProperty("siblings");
            if (siblings.GetArrayLength() > MostFiles)
            {
                throw new InputException($"{source}: lists {siblings.GetArrayLength():N0} files; expected a model of at most {MostFiles:N0}.");
            }

            HubFile[] files = [.. siblings.EnumerateArray().Select(s => FileOf(s, source))];
            return files.GroupBy(f => f.Path, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice
                ? throw new InputException($"{source}: lists the file '{twice.Key}' twice; expected each once.")
                : new(repository, commit, LicenceOf(root), files);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException(
                $"{source}: not what a hub answers ({error.Message}); expected JSON with sha, and siblings with rfilename, size, blobId or "
                    + "lfs.sha256. Is --hub a Hugging Face-style hub?", error);
        }
    }

    private static HubFile FileOf(JsonElement sibling, string source)
    {
        var path = HubPath.Check(sibling.GetProperty("rfilename").GetString() ?? "", source);
        var large = sibling.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        var size = (large ? lfs : sibling).GetProperty("size").GetInt64();
        var hash = large ? HubHash.Sha256(lfs.GetProperty("sha256").GetString(), source)
            : HubHash.GitBlob(sibling.GetProperty("blobId").GetString(), source);
        return size is >= 0 and <= LargestFile
            ? new(path, size, hash)
            : throw new InputException($"{source}: {path} has a size of {size:N0} bytes; expected 0 to {LargestFile:N0}.");
    }

    /// <summary>One licence, or several in a list; what is longer than a name is none.</summary>
    private static string? LicenceOf(JsonElement root)
    {
        if (!root.TryGetProperty("cardData", out var card) || card.ValueKind != JsonValueKind.Object
            || !card.TryGetProperty("license", out var licence))
        {
            return null;
        }

        var names = licence.ValueKind == JsonValueKind.Array ? licence.EnumerateArray() : Enumerable.Repeat(licence, 1);
        var text = string.Join(", ", names.Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()));
        return text.Length is > 0 and <= LongestLicence ? text : null;
    }
}
