using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>Whether a model is here as far as can be told without a network.</summary>
internal static class OfflineCheck
{
    /// <summary>Checks a pulled folder by its lock, and that the precision asked for is there.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="precision">The precision asked for.</param>
    /// <param name="graphs">Its ONNX files without precision and ending, where the catalogue names them; else any will do.</param>
    /// <returns>The paths that were hashed and found as locked.</returns>
    /// <exception cref="InputException">Something is missing, half-fetched or altered; the message names it.</exception>
    internal static IReadOnlyList<string> Verify(string name, string folder, ModelPrecision precision, IReadOnlyList<string> graphs)
    {
        var locked = ModelLock.ReadFiles(folder)
            ?? throw new InputException(
                $"{name}: nothing of it in {folder}, and --offline fetches nothing; expected a pulled model. Pull it once with a network, or copy "
                    + "the folder from a machine that has it.");
        var missing = locked.Keys.Where(path => HubPath.Check(path, folder) is var safe && !File.Exists(Path.Combine([folder, .. safe.Split('/')])))
            .ToList();
        missing.AddRange(
            Directory.EnumerateFiles(folder, "*" + FileDownload.PartEnding, SearchOption.AllDirectories)
                .Select(p => $"{Path.GetRelativePath(folder, p)} (half-fetched)"));
        foreach (var graph in graphs.Count > 0 ? graphs : ["model"])
        {
            var endings = precision.Suffixes().Select(s => $"{graph}{s}.onnx").ToArray();
            if (!locked.Keys.Any(path => endings.Any(e => path.EndsWith(e, StringComparison.Ordinal))))
            {
                missing.Add(string.Join(" or ", endings));
            }
        }

        return missing.Count == 0
            ? ModelFolder.Open(folder).LockedFiles!
            : throw new InputException(
                $"{name}: missing in {folder}: {string.Join(", ", missing)}; expected all, since --offline fetches nothing. Pull it once with a "
                    + "network.");
    }
}
