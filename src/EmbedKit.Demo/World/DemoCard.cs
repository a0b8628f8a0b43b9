using System.Globalization;
using System.Text;
using EmbedKit.Data;

namespace EmbedKit.Demo.World;

/// <summary>The data card beside each demo data set.</summary>
internal static class DemoCard
{
    internal static string Write(DemoDataset dataset, TextTable table, long seed)
    {
        var card = new StringBuilder();
        void Line(string line = "") => card.Append(line).Append('\n');
        Line($"# {dataset.Text()}: synthetic demo data");
        Line();
        Line(
            "**Synthetic.** Every image and every text was drawn by a program from a seed. No patient, place or photograph stands behind any row, "
                + "and no");
        Line("number measured on it says anything about real data.");
        Line();
        Line(About(dataset));
        Line();
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"- Rows: {table.RowCount}; groups (`group_id`, {GroupMeaning(dataset)}): {table[LabelledDataset.GroupColumn].Distinct().Count()}; "
                    + $"seed: {seed}"));
        foreach (var label in LabelledDataset.LabelColumnsOf(table))
        {
            Line($"- `{label}`: {Counts(table[label])}");
        }

        Line($"- `split` (by group, stratified; leak-free): {Counts(table[LabelledDataset.SplitColumn])}");
        Line(
            $"- `{LabelledDataset.PublishedSplitColumn}` (by row, stratified, as published; groups stand on both sides): "
                + $"{Counts(table[LabelledDataset.PublishedSplitColumn])}");
        Line("- `text`: free of leaks; carries part of what the label depends on, the image another part");
        Line($"- `text_published`: {PublishedLeak(dataset)}");
        var metadata = table.ColumnNames.SkipWhile(c => c != LabelledDataset.PublishedSplitColumn).Skip(1);
        Line($"- Metadata: {string.Join(", ", metadata.Select(c => $"`{c}`"))}");
        return card.ToString();
    }

    private static string Counts(string[] cells) => string.Join(", ", cells.CountBy(c => c).OrderBy(c => c.Key, StringComparer.Ordinal)
        .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value}")));

    private static string About(DemoDataset dataset) => dataset switch
    {
        DemoDataset.Dermatoscopy =>
            "Skin lesions with the classes, imbalance and columns of HAM10000 (Tschandl et al. 2018). Some lesions appear in two or three images.\n"
            + "The two rarest classes, df and vasc, are about twice as frequent as in HAM10000, so that a small test split holds some of each.",
        DemoDataset.Fundus =>
            "Retinas with columns of BRSET (Nakayama et al. 2024): both eyes of each patient, retinopathy grade 0–4 as two classes (any) and three "
                + "(0; 1–3; 4).\n"
            + "Retinopathy is about twice as frequent as in BRSET, so that a small test split holds enough of it.",
        DemoDataset.Satellite =>
            "Satellite tiles with the shape of SatelliteBench (Moukheiber et al. 2024): ten municipalities, one tile a week each, outbreak (1) or "
                + "not (0).",
        _ => "Everyday scenes with captions: a general-domain control, far more varied than the medical sets.",
    };

    private static string GroupMeaning(DemoDataset dataset) => dataset switch
    {
        DemoDataset.Dermatoscopy => "lesion",
        DemoDataset.Fundus => "patient",
        DemoDataset.Satellite => "municipality",
        _ => "each row its own",
    };

    private static string PublishedLeak(DemoDataset dataset) => dataset switch
    {
        DemoDataset.Dermatoscopy => "the published template; leaks `dx_type`, how the diagnosis was made",
        DemoDataset.Fundus =>
            "the published template; leaks findings by the reader who graded the label, and reads anatomical codes (1 normal, 2 abnormal) as "
                + "present and absent",
        DemoDataset.Satellite => "the published template; contains the label itself",
        _ => "the same as `text`: the general sets have no template",
    };
}
