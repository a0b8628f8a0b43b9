using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The four synthetic data sets of the demo world.</summary>
public enum DemoDataset
{
    /// <summary>Skin lesions after HAM10000: seven imbalanced classes, several images of some lesions.</summary>
    Dermatoscopy,

    /// <summary>Retinas after BRSET: retinopathy grades 0–4 as two and as three classes, two eyes a patient.</summary>
    Fundus,

    /// <summary>Satellite tiles after SatelliteBench: outbreak or not, ten municipalities, many weeks each.</summary>
    Satellite,

    /// <summary>Everyday scenes with captions: the general-domain control, far more varied than the medical sets.</summary>
    General,
}

/// <summary>The written forms of <see cref="DemoDataset"/>.</summary>
internal static class DemoDatasetText
{
    /// <summary><c>dermatoscopy</c>, <c>fundus</c>, <c>satellite</c> or <c>general</c>.</summary>
    /// <param name="dataset">The data set.</param>
    public static string Text(this DemoDataset dataset) => dataset switch
    {
        DemoDataset.Dermatoscopy => "dermatoscopy",
        DemoDataset.Fundus => "fundus",
        DemoDataset.Satellite => "satellite",
        DemoDataset.General => "general",
        _ => throw new ArgumentOutOfRangeException(nameof(dataset), dataset, "Not a demo data set."),
    };

    /// <summary>Reads a written name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InputException">Any other text.</exception>
    public static DemoDataset Parse(string name) => Enum.GetValues<DemoDataset>().Cast<DemoDataset?>().FirstOrDefault(d => d!.Value.Text() == name)
        ?? throw new InputException($"no demo data set '{name}'; expected {string.Join(", ", Enum.GetValues<DemoDataset>().Select(Text))}.");
}
