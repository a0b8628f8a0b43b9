using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Storage;
using Microsoft.Data.Analysis;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Tables of the types that are tables: the library's and Microsoft.Data.Analysis's.</summary>
internal static class KnownTables
{
    private const int MatrixColumns = 8;

    internal static TableView Of(TextTable table) => OfTable(table, null);

    internal static TableView Of(LabelledDataset dataset) => OfTable(dataset.Table, "labels");

    internal static TableView Of(EmbeddingSet set) =>
        OfTable(set.Table, string.Join(" and ", new[] { Width("image", set.Image), Width("text", set.Text) }.OfType<string>()));

    private static string? Width(string modality, EmbeddingMatrix? matrix) =>
        matrix is null ? null : string.Create(CultureInfo.InvariantCulture, $"{modality} embeddings of width {matrix.Dimension}");

    private static TableView OfTable(TextTable table, string? what)
    {
        var rows = TableView.Shown(table.RowCount);
        return TableView.Of(
            table.ColumnNames,
            [.. Enumerable.Range(0, rows).Select(r => table.Columns.Take(TableView.MaxColumns).Select(c => (object?)c[r]).ToArray())], table.RowCount,
            what);
    }

    internal static TableView Of(EmbeddingMatrix matrix)
    {
        var columns = Math.Min(MatrixColumns, matrix.Dimension);
        var rows = Enumerable.Range(0, Math.Min(matrix.Rows, 5))
            .Select(r => Enumerable.Range(0, columns).Select(c => (object?)matrix.Row(r)[c]).Prepend(r).ToArray());
        var size = string.Create(CultureInfo.InvariantCulture, $"{matrix.Rows:N0}×{matrix.Dimension:N0} float32");
        return TableView.Of(
            ["row", .. Enumerable.Range(0, columns).Select(c => c.ToString(CultureInfo.InvariantCulture))], [.. rows], matrix.Rows, size);
    }

    /// <summary>Every single number of a report that has a value, and why others have none.</summary>
    internal static TableView Of(MetricReport report)
    {
        var numbers = typeof(MetricReport).GetProperties().Where(p => CellText.IsSimple(p.PropertyType))
            .Select(p => (p.Name, Value: p.GetValue(report))).Where(p => p.Value is not null).Select(p => (object?[])[p.Name, p.Value]);
        var missing = report.Missing.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (object?[])[m.Key, "– " + m.Value]);
        return TableView.Of(["metric", "value"], [.. numbers, .. missing], null) with { Note = null };
    }

    internal static TableView Of(ConfusionMatrix confusion)
    {
        var classes = Enumerable.Range(0, confusion.Classes).Select(c => c.ToString(CultureInfo.InvariantCulture)).ToArray();
        return TableView.Of(
            ["truth \\ predicted", .. classes], [.. confusion.ToRows().Select((row, truth) => row.Select(n => (object?)n).Prepend(truth).ToArray())],
            confusion.Classes);
    }

    internal static TableView Of(DataFrame frame)
    {
        var rows = TableView.Shown(frame.Rows.Count);
        return TableView.Of(
            [.. frame.Columns.Select(c => c.Name)],
            [.. Enumerable.Range(0, rows).Select(r => frame.Columns.Take(TableView.MaxColumns).Select(c => c[r]).ToArray())], frame.Rows.Count);
    }
}
