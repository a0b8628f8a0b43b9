using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>Which of a repository's files a model folder needs: configs, tokenizer, licence, and the ONNX files of one precision.</summary>
internal static class FileSelection
{
    private static readonly string[] Companions =
    [
        "config.json", "preprocessor_config.json", "processor_config.json", "open_clip_config.json", "embedkit.json", "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model",
        "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE", "USE_POLICY.md",
    ];

    private static readonly string[] Towers = ["vision_model", "text_model"];

    /// <summary>The files, smallest first.</summary>
    /// <exception cref="InputException">The repository has no ONNX files, or none of that precision.</exception>
    internal static IReadOnlyList<HubFile> Choose(HubModel model, ModelPrecision precision)
    {
        var onnx = model.Files.Where(f => f.Path.EndsWith(".onnx", StringComparison.Ordinal) && Path.GetDirectoryName(f.Path) is "" or "onnx")
            .ToArray();
        if (onnx.Length == 0)
        {
            var advice = ModelCatalogue.Find(model.Repository) is { Repository: { } other } known && other != model.Repository
                ? $"The same model as ONNX: embedkit models pull {known.Name}."
                : "Export it (environment/export-models.md).";
            throw new InputException(
                $"{model.Repository}: no ONNX files in onnx/ or beside the configs; expected model.onnx, or vision_model.onnx and text_model.onnx. "
                    + $"{advice}");
        }

        var chosen = precision.Suffixes().Select(suffix => Graphs(onnx, suffix)).FirstOrDefault(g => g.Length > 0)
            ?? throw new InputException(
                $"{model.Repository}: no ONNX files in {precision.Name()}; expected "
                    + $"{string.Join(" or ", precision.Suffixes().Select(s => $"model{s}.onnx"))}. "
                    + $"There are {string.Join(", ", onnx.Select(f => Path.GetFileName(f.Path)))}.");
        var weights = chosen.SelectMany(graph => model.Files.Where(f => IsDataOf(f.Path, graph.Path)));
        return [.. model.Files.Where(f => Companions.Contains(f.Path)).Concat(chosen).Concat(weights).OrderBy(f => f.Size)
            .ThenBy(f => f.Path, StringComparer.Ordinal)];
    }

    /// <summary>The two towers, where they stand alone; else the whole model.</summary>
    private static HubFile[] Graphs(HubFile[] onnx, string suffix)
    {
        HubFile? Named(string stem) =>
            onnx.FirstOrDefault(f => f.Path == $"onnx/{stem}{suffix}.onnx") ?? onnx.FirstOrDefault(f => f.Path == $"{stem}{suffix}.onnx");
        HubFile[] towers = [.. Towers.Select(Named).OfType<HubFile>()];
        return towers.Length > 0 ? towers : [.. new[] { Named("model") }.OfType<HubFile>()];
    }

    private static bool IsDataOf(string path, string graph) =>
        path.StartsWith(graph + "_data", StringComparison.Ordinal) || path.StartsWith(graph + ".data", StringComparison.Ordinal);
}
