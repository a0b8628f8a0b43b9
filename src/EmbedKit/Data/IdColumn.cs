using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>Finds the id column of a table that was not made here.</summary>
public static class IdColumn
{
    /// <summary>Names that id columns have, the kit's own first.</summary>
    internal static readonly string[] Usual =
        [LabelledDataset.IdColumn, "id", "image", "image_name", "ImageName", "filename", "file_name", "file", "image_path", "path"];

    /// <summary>The name of the id column.</summary>
    /// <param name="table">The table.</param>
    /// <param name="asked">The column asked for; null takes <c>image_id</c> or a column named like one.</param>
    /// <exception cref="InputException">None was asked for, and none is named so.</exception>
    public static string Of(TextTable table, string? asked)
    {
        ArgumentNullException.ThrowIfNull(table);
        return asked ?? Usual.FirstOrDefault(table.Contains)
            ?? throw new InputException(
                $"{table.Source}: no id column; expected {LabelledDataset.IdColumn}, or name it by --id. There are: "
                    + $"{string.Join(", ", table.ColumnNames.Take(20))}.");
    }
}
