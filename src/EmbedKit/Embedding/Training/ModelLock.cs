using System.Text.Json.Nodes;

namespace EmbedKit.Embedding.Training;

/// <summary>
/// Writes <c>models.lock.json</c>: the SHA-256 of every file of a model folder but itself and the model card, which nothing is computed from.
/// </summary>
internal static class ModelLock
{
    internal static void Write(string folder)
    {
        var files = new JsonObject();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(folder, p).Replace('\\', '/')).Order(StringComparer.Ordinal).Where(p => p is not (ModelHashes.LockFile or ModelCard.FileName)))
        {
            files[path] = ModelHashes.Of(Path.Combine(folder, path));
        }

        ModelJson.Write(Path.Combine(folder, ModelHashes.LockFile), new JsonObject { ["files"] = files });
    }
}
