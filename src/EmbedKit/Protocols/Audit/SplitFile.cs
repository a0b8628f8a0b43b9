using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>A split that was written down apart from the table: a CSV file with an id column and a column <c>split</c>.</summary>
public static class SplitFile
{
    /// <summary>The rows of a table that the file names, with the file's split in the column <c>split</c>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="idColumn">Its id column; null takes <c>image_id</c> or a column named like one.</param>
    /// <param name="path">The file. Ids match whatever their case and file ending.</param>
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
            if (!side.TryAdd(IdColumn.Normalise(ids[r]), split[r]) && side[IdColumn.Normalise(ids[r])] != split[r])
            {
                throw new InputException($"{file.Source} row {file.FileRow(r)}: '{ids[r]}' is in {split[r]} and in {side[IdColumn.Normalise(ids[r])]}; expected each id once.");
            }
        }

        var own = table[IdColumn.Of(table, idColumn)];
        int[] rows = [.. Enumerable.Range(0, own.Length).Where(r => side.ContainsKey(IdColumn.Normalise(own[r])))];
        if (rows.Length == 0)
        {
            throw new InputException($"{file.Source}: none of its ids, such as '{ids[0]}', is in {table.Source}, which has ids such as '{own[0]}'; expected a split of the same rows.");
        }

        if (rows.Length < own.Length)
        {
            notes.Add($"{own.Length - rows.Length} rows of {table.Source} are not in {file.Source} and were left out.");
        }

        if (side.Count > rows.Length)
        {
            notes.Add($"{side.Count - rows.Length} ids of {file.Source} are not in {table.Source}.");
        }

        return table.Select(rows).With(LabelledDataset.SplitColumn, [.. rows.Select(r => side[IdColumn.Normalise(own[r])])]);
    }
}
