namespace EmbedKit.Protocols.Audit;

/// <summary>
/// What no statistic can tell and documentation does. Of a patient with retinopathy, diabetes says as much as hemorrhages do (on the demo
/// data: AUC 0.86 and 0.83), yet one is a risk known beforehand and the other was graded by the reader who set the label. So the fields of
/// the paper's data sets that are recorded with the label are listed here, with the words by which texts tell them.
/// </summary>
internal static class KnownFields
{
    /// <summary>Fields recorded with the label, and words that give them away in a text.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> RecordedWithLabel { get; } = new Dictionary<string, IReadOnlyList<string>>(
        StringComparer.OrdinalIgnoreCase)
    {
        // HAM10000 (Tschandl et al. 2018): how the diagnosis was confirmed.
        ["dx_type"] = ["histo", "follow_up", "consensus", "confocal"],

        // BRSET (Nakayama et al. 2024): anatomical parameters and classifications graded from the photograph by the labelling ophthalmologists.
        ["optic_disc"] = ["disc"],
        ["vessels"] = ["vessels"],
        ["macula"] = ["macula"],
        ["DR_SDRG"] = [],
        ["DR_ICDR"] = [],
        ["diabetic_retinopathy"] = ["retinopathy"],
        ["macular_edema"] = ["edema"],
        ["scar"] = ["scar"],
        ["nevus"] = [],
        ["amd"] = ["amd"],
        ["vascular_occlusion"] = ["occlusion"],
        ["hypertensive_retinopathy"] = ["retinopathy"],
        ["drusens"] = ["drusens"],
        ["hemorrhage"] = ["hemorrhage"],
        ["retinal_detachment"] = ["detachment"],
        ["myopic_fundus"] = ["fundus"],
        ["increased_cup_disc"] = ["ratio"],
    };

    private static readonly HashSet<string> SiteWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "camera", "center", "centre", "clinic", "dataset", "device", "hospital", "institution", "lab", "machine", "manufacturer", "model", "provider",
        "scanner", "sensor",
        "site", "source", "station", "vendor",
    };

    private static readonly HashSet<string> BodyWords = new(
        StringComparer.OrdinalIgnoreCase) { "anatom", "anatomic", "anatomical", "body", "lesion" };

    /// <summary>Whether a column is named like a place or device of recording.</summary>
    /// <param name="column">The column's name.</param>
    public static bool IsSite(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var words = column.Split('_', ' ', '-', '.');
        return words.Any(SiteWords.Contains) && !words.Any(BodyWords.Contains);
    }
}
