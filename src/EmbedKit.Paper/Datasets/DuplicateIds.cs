using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>Rows that repeat an id.</summary>
internal static class DuplicateIds
{
    /// <summary>Keeps the first row of each id.</summary>
    /// <returns>The rows kept, and how many repeated one of them.</returns>
    /// <exception cref="InputException">An id is empty, or two rows of one id disagree on a label, a group or a split.</exception>
    internal static (SourceRows Rows, int Dropped) Drop(SourceRows rows)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var kept = new List<int>(rows.Ids.Length);
        (string Column, string[] Cells)[] same =
        [
            .. rows.Labels, (LabelledDataset.GroupColumn, rows.Groups), .. rows.GivenSplit is { } split
                ? [(LabelledDataset.SplitColumn, split.Texts())] : Array.Empty<(string, string[])>(),
        ];
        for (var i = 0; i < rows.Ids.Length; i++)
        {
            var id = LabelledDataset.IdOf(rows.Table, "the image's id", rows.Ids[i], i);
            if (first.TryAdd(id, i))
            {
                kept.Add(i);
                continue;
            }

            var before = first[id];
            foreach (var (column, cells) in same)
            {
                if (CellMeaning.Value(cells[i]) != CellMeaning.Value(cells[before]))
                {
                    throw new InputException(
                        $"{rows.Table.Source} row {rows.Table.FileRow(i)}: image '{SameText.Escaped(rows.Ids[i])}' has {column} '{cells[i]}' but "
                            + $"'{cells[before]}' in row {rows.Table.FileRow(before)}; "
                            + "expected one value an image. Correct or remove one of the rows.");
                }
            }
        }

        return kept.Count == rows.Ids.Length ? (rows, 0) : (rows.Select(kept), rows.Ids.Length - kept.Count);
    }
}
