using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Models;

/// <summary>The licence of a model folder, as far as the folder says it.</summary>
public static class ModelLicence
{
    private const int LongestHeader = 200;

    /// <summary>The licence that the hub named when the model was fetched, else the one in the header of its model card.</summary>
    /// <param name="folder">The model folder.</param>
    /// <returns>Its short name, e.g. <c>apache-2.0</c>; null where nothing says it.</returns>
    /// <exception cref="Runtime.InputException">The lock is not the JSON it should be.</exception>
    public static string? Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return ModelLock.ReadSource(folder)?.Licence ?? FromCard(Path.Combine(folder, ModelLock.CardFileName));
    }

    /// <summary>The <c>license</c> line of the YAML header, between two lines of three dashes, that Hugging Face's model cards begin with.</summary>
    private static string? FromCard(string path)
    {
        if (!File.Exists(path) || RegularFile.Length(path, "a model card") is 0 or > RegularFile.LargestText)
        {
            return null;
        }

        var header = RegularFile.ReadText(path, "a model card").Split('\n', LongestHeader + 1).Take(LongestHeader).Select(l => l.TrimEnd('\r'))
            .ToArray();
        return header is ["---", ..]
            ? header.Skip(1).TakeWhile(l => l.TrimEnd() != "---").Where(l => l.StartsWith("license:", StringComparison.Ordinal))
                .Select(l => l["license:".Length..].Trim().Trim('"', '\'')).FirstOrDefault(l => l.Length > 0)
            : null;
    }
}
