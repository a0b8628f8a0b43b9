using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// A labels table: one row an image–text pair. Columns: <c>image_id</c> (file name or path below the image folder), <c>text</c>, label
/// columns named <c>label_…</c>; optional <c>image_path</c>, <c>text_published</c>, <c>group_id</c>, <c>split</c>; every other column is metadata.
/// </summary>
public sealed class LabelledDataset
{
    /// <summary>Name of the id column.</summary>
    public const string IdColumn = "image_id";

    /// <summary>Name of the optional column that names each row's image file below the image folder, where that is not its id.</summary>
    public const string PathColumn = "image_path";

    /// <summary>Name of the text column.</summary>
    public const string TextColumn = "text";

    /// <summary>Name of the column holding the paper's template, leaks included.</summary>
    public const string PublishedTextColumn = "text_published";

    /// <summary>Name of the column that tells which rows belong together (lesion, patient, city).</summary>
    public const string GroupColumn = "group_id";

    /// <summary>Name of the split column.</summary>
    public const string SplitColumn = "split";

    /// <summary>Name of the optional column with the split that was published: by row, groups on both sides.</summary>
    public const string PublishedSplitColumn = "split_published";

    /// <summary>What label columns begin with.</summary>
    public const string LabelPrefix = "label_";

    /// <summary>Checks a table and takes it as a data set.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="InputException">Missing <c>image_id</c> or <c>text</c>, an empty or repeated id, an unknown split.</exception>
    public LabelledDataset(string name, TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        (Name, Table) = (name, table);
        CheckIds(table);
        _ = Texts;
        Splits = ReadSplits(table);
        ImagePaths = table.Contains(PathColumn) ? [.. table[PathColumn].Zip(Ids, (path, id) => path.Length > 0 ? path : id)] : Ids;
    }

    /// <summary>The data set's name.</summary>
    public string Name { get; }

    /// <summary>All columns.</summary>
    public TextTable Table { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Table.RowCount;

    /// <summary>Ids, distinct.</summary>
    public string[] Ids => Table[IdColumn];

    /// <summary>The image of each row below the image folder: its <c>image_path</c> where that is filled, otherwise its id.</summary>
    public string[] ImagePaths { get; }

    /// <summary>The text of each pair.</summary>
    public string[] Texts => Table[TextColumn];

    /// <summary>Groups, each row without one alone (<see cref="CellMeaning"/>); or null when the table has no such column.</summary>
    public string[]? Groups => Table.Contains(GroupColumn) ? CellMeaning.Groups(Table) : null;

    /// <summary>Splits, or null when the table has none.</summary>
    public Split[]? Splits { get; }

    /// <summary>Names of the label columns, in order.</summary>
    public IReadOnlyList<string> LabelColumns => LabelColumnsOf(Table);

    /// <summary>Reads and checks a labels CSV.</summary>
    /// <param name="path">The file; the data set is named after its folder.</param>
    public static LabelledDataset Read(string path) =>
        new(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "dataset", TextTable.Read(path));

    /// <summary>Names of a table's label columns, in order.</summary>
    /// <param name="table">The table.</param>
    public static string[] LabelColumnsOf(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. table.ColumnNames.Where(c => c.StartsWith(LabelPrefix, StringComparison.Ordinal))];
    }

    /// <summary>Checks that the id column is there, filled and without repeats.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="InputException">It is not.</exception>
    public static void CheckIds(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = table[IdColumn];
        for (var i = 0; i < ids.Length; i++)
        {
            var id = IdOf(table, IdColumn, ids[i], i);
            if (!seen.TryAdd(id, i))
            {
                throw new InputException(
                    $"{table.Source} row {table.FileRow(i)}: {IdColumn} '{SameText.Escaped(ids[i])}' stands in row {table.FileRow(seen[id])} "
                        + "already; expected distinct ids.");
            }
        }
    }

    /// <summary>The id that a cell holds: blanks around it do not count, as in every cell that names something.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column of ids.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="row">Its row, from 0.</param>
    /// <exception cref="InputException">It holds none.</exception>
    public static string IdOf(TextTable table, string column, string cell, int row)
    {
        if (SameText.Of(cell) is { Length: > 0 } id)
        {
            return id;
        }

        var found = table.Columns.All(c => SameText.Trim(c[row]).Length == 0) ? "an empty row; expected an id and what belongs to it: remove the row."
            : $"{column} is empty; expected one id a row.";
        throw new InputException($"{table.Source} row {table.FileRow(row)}: {found}");
    }

    /// <summary>Reads a split column, or gives null when there is none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">Its name.</param>
    /// <exception cref="InputException">A cell is not train, val or test.</exception>
    public static Split[]? ReadSplits(TextTable table, string column = SplitColumn)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Contains(column)
            ? [.. table[column].Select((cell, i) => SplitText.Parse(cell, $"{table.Source} row {table.FileRow(i)}"))]
            : null;
    }
}
