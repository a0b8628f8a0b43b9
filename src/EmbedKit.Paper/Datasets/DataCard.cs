using System.Globalization;
using System.Text;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>The data card beside prepared labels: what is in there, what is not, whose it is.</summary>
internal static class DataCard
{
    internal static string Write(
        DatasetRecipe recipe, TextTable table, PreparationOptions options, bool converted, int withoutImage, int withoutRow,
        IReadOnlyList<(int Rows, string Reason)> exclusions, IReadOnlyList<string> notes)
    {
        var card = new StringBuilder();
        void Line(FormattableString line) => card.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# {recipe.Title}, prepared");
        Line($"");
        Line($"- Rows: {table.RowCount}; groups (`group_id`, one {recipe.Group} each): {CellMeaning.Groups(table).Distinct().Count()}");
        foreach (var label in LabelledDataset.LabelColumnsOf(table))
        {
            Line($"- `{label}`: {Counts(CellMeaning.Values(table[label]))}");
        }

        Line($"- `split` (no group on two sides; leak-free): {Counts(table[LabelledDataset.SplitColumn])}");
        if (Likeness(table) is { Length: > 0 } likeness)
        {
            Line($"  - Its sides beside all rows, largest difference of each column: {likeness}");
        }

        if (table.Contains(DatasetPreparation.TimeSplitColumn))
        {
            Line($"- `{DatasetPreparation.TimeSplitColumn}` (earliest rows train, latest test): {Counts(table[DatasetPreparation.TimeSplitColumn])}");
        }

        if (table.Contains(LabelledDataset.PublishedSplitColumn))
        {
            var published = Counts(table[LabelledDataset.PublishedSplitColumn]);
            Line($"- `{LabelledDataset.PublishedSplitColumn}` (as published or given; {GroupsOnBothSides(table)}): {published}");
        }

        var prompt = options.Prompt switch
        {
            "published" => "the published prompt",
            "leak-free" => "the leak-free prompt",
            _ => $"the prompt of {Path.GetFileName(options.Prompt)}",
        };
        Line($"- `text`: {prompt}");
        if (table.Contains(LabelledDataset.PublishedTextColumn))
        {
            Line($"- `text_published`: the published prompt, word for word; it gives away {recipe.PublishedLeak ?? "nothing known"}");
        }

        var images = !table.Contains(LabelledDataset.PathColumn) ? "not there when this was prepared"
            : $"`image_path`, relative to {(converted ? "this folder" : "the source folder")}: give that to `embed --images`";
        var listed = withoutImage + withoutRow > 0 ? $" (`{DatasetPreparation.UnmatchedFile}`)" : "";
        Line($"- Images: {images}; rows without image: {withoutImage}; images without row: {withoutRow}{listed}");
        Line($"- Rows left out: {exclusions.Sum(e => e.Rows)}");
        foreach (var (rows, reason) in exclusions)
        {
            Line($"  - {rows}: {reason}");
        }

        foreach (var note in notes)
        {
            Line($"- {note}");
        }

        Line($"- Licence: {recipe.Licence}. To get it: {recipe.Access}.");
        Line($"- Cite: {recipe.Citation}");
        return card.ToString();
    }

    private static string Counts(string[] cells)
    {
        var counts = cells.CountBy(c => c).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).ToArray();
        return string.Join(
            ", ", counts.Take(20).Select(c => $"{(c.Key.Length == 0 ? "(empty)" : SameText.Escaped(c.Key))} "
                + $"{c.Value.ToString(CultureInfo.InvariantCulture)}"))
                + (counts.Length > 20 ? $" and {NumberText.Count(counts.Length - 20, "more class", "more classes")}" : "");
    }

    private static string Likeness(TextTable table)
    {
        var split = LabelledDataset.ReadSplits(table)!;
        return string.Join("; ", SplitLikeness.Largest(table, CellMeaning.Groups(table), split, []).Select(d => string.Create(
            CultureInfo.InvariantCulture, $"{d.Column} {100 * d.Difference:0.0} points ({SameText.Escaped(d.Value)} in {d.Side.Text()})")));
    }

    private static string GroupsOnBothSides(TextTable table)
    {
        var split = LabelledDataset.ReadSplits(table, LabelledDataset.PublishedSplitColumn)!;
        return GroupOverlap.InWords(GroupOverlap.Count(CellMeaning.Groups(table), split));
    }
}
