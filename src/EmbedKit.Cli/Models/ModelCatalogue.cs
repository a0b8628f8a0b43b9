using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>A model of the paper, or a relative of one, as far as its public pages tell.</summary>
/// <param name="Name">The name it is pulled by, and its folder's.</param>
/// <param name="Family">The <c>model_type</c>.</param>
/// <param name="Embeds">image, text, or both.</param>
/// <param name="Licence">The licence of the weights.</param>
/// <param name="Original">Where the weights were published, on Hugging Face.</param>
internal sealed record CatalogueModel(string Name, string Family, string Embeds, string Licence, string Original)
{
    /// <summary>D, or null where it was not verified.</summary>
    public int? Dimension { get; init; }

    /// <summary>Whether access has to be asked for first.</summary>
    public bool Gated { get; init; }

    /// <summary>The repository that holds it as ONNX, or null where it has to be exported by hand.</summary>
    public string? Repository { get; init; }

    /// <summary>The commit, or a branch; <c>models.lock.json</c> pins what was pulled.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>The ONNX files needed, without ending and precision.</summary>
    public IReadOnlyList<string> Onnx { get; init; } = [];

    /// <summary>Size in float32, about: of the ONNX files, or of the weights where there are none. Null where it was not verified.</summary>
    public int? Megabytes { get; init; }
}

/// <summary>The models that can be pulled, or exported, by name.</summary>
internal static class ModelCatalogue
{
    internal static IReadOnlyList<CatalogueModel> All { get; } = Read();

    /// <summary>The model of a name or repository, or null.</summary>
    internal static CatalogueModel? Find(string name) =>
        All.FirstOrDefault(m => (string?[])[m.Name, m.Repository, m.Original] is var known && known.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static CatalogueModel[] Read()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        return JsonSerializer.Deserialize<CatalogueModel[]>(stream, JsonStyle.Strict)!;
    }
}
