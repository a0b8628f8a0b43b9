using EmbedKit.Runtime;

namespace EmbedKit.Data.Splits;

/// <summary>A split on its own, <c>image_id,split</c>, to be used again on any table with these ids.</summary>
public static class SplitFile
{
    /// <summary>Writes a split.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ids">The ids (N).</param>
    /// <param name="split">Their sides (N).</param>
    public static void Write(string path, string[] ids, IReadOnlyList<Split> split) =>
        new TextTable([LabelledDataset.IdColumn, LabelledDataset.SplitColumn], [ids, [.. split.Select(s => s.Text())]], Path.GetFileName(path)).Write(path);

    /// <summary>The sides of a table's rows by a split file. Ids that differ by image ending, case or leading zeros match where only one can be meant.</summary>
    /// <param name="path">The split file.</param>
    /// <param name="table">A table with <c>image_id</c> (N rows).</param>
    /// <returns>The side of each row (N), and how many entries of the file have no row.</returns>
    /// <exception cref="InputException">A row has no entry or several, or the file contradicts itself.</exception>
    public static (Split[] Split, int Unused) Apply(string path, TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var file = TextTable.Read(path);
        LabelledDataset.CheckIds(file);
        var sides = LabelledDataset.ReadSplits(file) ?? throw new InputException($"{file.Source}: no column '{LabelledDataset.SplitColumn}'; expected {LabelledDataset.IdColumn},{LabelledDataset.SplitColumn}.");
        var fileIds = file[LabelledDataset.IdColumn];
        var exact = fileIds.Select((id, i) => (id, i)).ToDictionary(e => e.id, e => e.i, StringComparer.Ordinal);
        var loose = Enumerable.Range(0, fileIds.Length).ToLookup(i => LooseId.Key(fileIds[i]), StringComparer.Ordinal);
        var ids = table[LabelledDataset.IdColumn];
        var entries = new int[ids.Length];
        for (var row = 0; row < ids.Length; row++)
        {
            int[] candidates = exact.TryGetValue(ids[row], out var entry) ? [entry] : [.. loose[LooseId.Key(ids[row])]];
            entries[row] = candidates.Length == 1 ? candidates[0] : throw new InputException(
                $"{table.Source} row {table.FileRow(row)}: '{ids[row]}' {(candidates.Length == 0 ? $"is not in {file.Source}" : $"could be {string.Join(" or ", candidates.Take(3).Select(c => fileIds[c]))} of {file.Source}")}; expected one entry a row.");
        }

        return ([.. entries.Select(e => sides[e])], fileIds.Length - entries.Distinct().Count());
    }
}
