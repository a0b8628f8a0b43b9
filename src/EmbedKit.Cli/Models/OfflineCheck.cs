using EmbedKit.Embedding;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>Whether a model is here as far as can be told without a network.</summary>
internal static class OfflineCheck
{
    /// <summary>Checks a pulled folder by its lock, and that the precision asked for is there.</summary>
    /// <returns>The paths that were hashed and found as locked.</returns>
    /// <exception cref="InputException">Something is missing, half-fetched or altered; the message names it.</exception>
    internal static IReadOnlyList<string> Verify(string name, string folder, ModelPrecision precision)
    {
        var locked = ModelLock.ReadFiles(folder) ?? throw new InputException($"{name}: nothing of it in {folder}, and --offline fetches nothing; expected a pulled model. Pull it once with a network, or copy the folder from a machine that has it.");
        var missing = locked.Keys.Where(path => HubPath.Check(path, folder) is var safe && !File.Exists(Path.Combine([folder, .. safe.Split('/')]))).ToList();
        missing.AddRange(Directory.EnumerateFiles(folder, "*" + FileDownload.PartEnding, SearchOption.AllDirectories).Select(p => $"{Path.GetRelativePath(folder, p)} (half-fetched)"));
        if (!locked.Keys.Any(path => precision.Suffixes().Any(s => path.EndsWith($"model{s}.onnx", StringComparison.Ordinal))))
        {
            missing.Add(string.Join(" or ", precision.Suffixes().Select(s => $"…model{s}.onnx")));
        }

        return missing.Count == 0
            ? ModelFolder.Open(folder).Verify()!
            : throw new InputException($"{name}: missing in {folder}: {string.Join(", ", missing)}; expected all, since --offline fetches nothing. Pull it once with a network.");
    }
}
