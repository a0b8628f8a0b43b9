using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Splits;

/// <summary>
/// A split on its own, ids and sides, to be used again on any table with these ids. Ids that differ by image ending, case or leading zeros
/// match.
/// </summary>
public static class SplitFile
{
    /// <summary>Writes a split.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ids">The ids (N).</param>
    /// <param name="split">Their sides (N).</param>
    public static void Write(string path, string[] ids, IReadOnlyList<Split> split) =>
        new TextTable([LabelledDataset.IdColumn, LabelledDataset.SplitColumn], [ids, split.Texts()], Path.GetFileName(path)).Write(path);

    /// <summary>The sides of a table's rows by a split file, <c>image_id,split</c>: every row needs one entry, and only one that can be
    /// meant.</summary>
    /// <param name="path">The split file.</param>
    /// <param name="table">A table with <c>image_id</c> (N rows).</param>
    /// <returns>The side of each row (N), and how many entries of the file have no row.</returns>
    /// <exception cref="InputException">A row has no entry or several, or the file contradicts itself.</exception>
    public static (Split[] Split, int Unused) Apply(string path, TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var file = TextTable.Read(path);
        LabelledDataset.CheckIds(file);
        var sides = LabelledDataset.ReadSplits(file)
            ?? throw new InputException(
                $"{file.Source}: no column '{LabelledDataset.SplitColumn}'; expected {LabelledDataset.IdColumn},{LabelledDataset.SplitColumn}.");
        var fileIds = file[LabelledDataset.IdColumn];
        var (index, ids) = (new IdIndex(fileIds), table[LabelledDataset.IdColumn]);
        var entries = new int[ids.Length];
        for (var row = 0; row < ids.Length; row++)
        {
            var candidates = index.Find(ids[row]);
            var meant = candidates.Count == 0 ? "is not in"
                : $"could be {string.Join(" or ", candidates.Take(3).Select(c => SameText.Escaped(fileIds[c])))} of";
            entries[row] = candidates.Count == 1 ? candidates[0] : throw new InputException(
                $"{table.Source} row {table.FileRow(row)}: '{SameText.Escaped(ids[row])}' {meant} {file.Source}; expected one entry a row.");
        }

        return ([.. entries.Select(e => sides[e])], fileIds.Length - entries.Distinct().Count());
    }

    /// <summary>The rows of a table that a split file names, with its sides in the column <c>split</c>: somebody else's table and file need not match
    /// in full.</summary>
    /// <param name="table">The table.</param>
    /// <param name="idColumn">Its id column; null takes <c>image_id</c> or a column named like one.</param>
    /// <param name="path">The split file: <c>split</c>, and an id column named like one.</param>
    /// <param name="notes">Told how many rows the file does not name, and the other way round.</param>
    /// <exception cref="InputException">No such file or column, an id on two sides, or no id in common.</exception>
    public static TextTable Join(TextTable table, string? idColumn, string path, ICollection<string> notes)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(notes);
        var file = TextTable.Read(path);
        var (ids, split) = (file[IdColumn.Of(file, null)], file[LabelledDataset.SplitColumn]);
        var side = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var r = 0; r < ids.Length; r++)
        {
            _ = SplitText.Parse(split[r], $"{file.Source} row {file.FileRow(r)}");
            if (!side.TryAdd(SameText.Of(ids[r]), split[r]) && side[SameText.Of(ids[r])] is var other && other != split[r])
            {
                throw new InputException($"{file.Source} row {file.FileRow(r)}: '{SameText.Escaped(ids[r])}' is in {split[r]} and in {other}; "
                    + "expected each id once.");
            }
        }

        var (index, own) = (new IdIndex(ids), table[IdColumn.Of(table, idColumn)]);
        string? SideOf(string id, int row) => index.Find(id).GroupBy(r => split[r]).Select(g => (Side: g.Key, First: g.First())).ToArray() switch
        {
            [] => null,
            [var one] => one.Side,
            [var one, var two, ..] => throw new InputException(
                $"{table.Source} row {table.FileRow(row)}: '{SameText.Escaped(id)}' could be '{SameText.Escaped(ids[one.First])}' ({one.Side}) or "
                    + $"'{SameText.Escaped(ids[two.First])}' ({two.Side}) of {file.Source}; expected one of these names."),
        };
        string?[] sides = [.. own.Select(SideOf)];
        int[] rows = [.. Enumerable.Range(0, own.Length).Where(r => sides[r] is not null)];
        if (rows.Length == 0)
        {
            throw new InputException(
                $"{file.Source}: none of its ids, such as '{ids[0]}', is in {table.Source}, which has ids such as '{own[0]}'; expected a split of "
                    + "the same rows.");
        }

        if (rows.Length < own.Length)
        {
            notes.Add($"{NumberText.Count(own.Length - rows.Length, "row")} of {table.Source} without an entry in {file.Source}: left out.");
        }

        if (side.Count > rows.Length)
        {
            notes.Add($"{NumberText.Count(side.Count - rows.Length, "id")} of {file.Source} without a row in {table.Source}.");
        }

        return table.Select(rows).With(LabelledDataset.SplitColumn, [.. rows.Select(r => sides[r]!)]);
    }
}
