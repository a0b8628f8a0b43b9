namespace EmbedKit.Data;

/// <summary>The columns of a table in which the sides of a split are made alike, and compared: few values, or numbers in ranges.</summary>
internal static class SideColumns
{
    // What names a row, its group or its side, and free text.
    private static readonly HashSet<string> NotCompared = new(
        [LabelledDataset.IdColumn, LabelledDataset.PathColumn, LabelledDataset.TextColumn, LabelledDataset.PublishedTextColumn,
            LabelledDataset.GroupColumn,
            LabelledDataset.SplitColumn, LabelledDataset.PublishedSplitColumn, .. IdColumn.Usual], StringComparer.Ordinal);

    /// <summary>The columns that can be compared.</summary>
    /// <param name="table">The table; null has none.</param>
    /// <param name="except">Columns left out beside ids, groups, texts and splits.</param>
    internal static IEnumerable<FieldCodes> Of(TextTable? table, params IEnumerable<string> except) => table is null ? [] : table.ColumnNames
        .Where(name => !NotCompared.Contains(name) && !except.Contains(name, StringComparer.Ordinal))
        .Select(name => FieldCodes.Read(name, table[name])).OfType<FieldCodes>();
}
