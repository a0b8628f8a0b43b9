using System.Globalization;
using Deedle;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Storage;
using Microsoft.Data.Analysis;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Tables of the types that are tables: the library's, Microsoft.Data.Analysis's and Deedle's.</summary>
internal static class KnownTables
{
    private const int MatrixColumns = 8;

    /// <summary>A table of the value's first rows, or null when it is of no such type.</summary>
    internal static TableView? TryOf(object value) => value switch
    {
        TextTable table => OfTable(table, null),
        LabelledDataset dataset => OfTable(dataset.Table, "labels"),
        EmbeddingSet set => OfTable(set.Table, string.Join(" and ", new[] { Width("image", set.Image), Width("text", set.Text) }.OfType<string>())),
        EmbeddingMatrix matrix => OfMatrix(matrix),
        MetricReport report => OfMetrics(report),
        ConfusionMatrix confusion => OfConfusion(confusion),
        DataFrame frame => OfDataFrame(frame),
        IFrame frame => frame.Apply(new DeedleTable()),
        _ => null,
    };

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

    private static TableView OfMatrix(EmbeddingMatrix matrix)
    {
        var columns = Math.Min(MatrixColumns, matrix.Dimension);
        var rows = Enumerable.Range(0, Math.Min(matrix.Rows, 5))
            .Select(r => Enumerable.Range(0, columns).Select(c => (object?)matrix.Row(r)[c]).Prepend(r).ToArray());
        var size = string.Create(CultureInfo.InvariantCulture, $"{matrix.Rows:N0}×{matrix.Dimension:N0} float32");
        return TableView.Of(
            ["row", .. Enumerable.Range(0, columns).Select(c => c.ToString(CultureInfo.InvariantCulture))], [.. rows], matrix.Rows, size);
    }

    /// <summary>Every single number of a report that has a value, and why others have none.</summary>
    private static TableView OfMetrics(MetricReport report)
    {
        var numbers = typeof(MetricReport).GetProperties().Where(p => CellText.IsSimple(p.PropertyType))
            .Select(p => (p.Name, Value: p.GetValue(report))).Where(p => p.Value is not null).Select(p => (object?[])[p.Name, p.Value]);
        var missing = report.Missing.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (object?[])[m.Key, "– " + m.Value]);
        return TableView.Of(["metric", "value"], [.. numbers, .. missing], null) with { Note = null };
    }

    private static TableView OfConfusion(ConfusionMatrix confusion)
    {
        var classes = Enumerable.Range(0, confusion.Classes).Select(c => c.ToString(CultureInfo.InvariantCulture)).ToArray();
        return TableView.Of(
            ["truth \\ predicted", .. classes], [.. confusion.ToRows().Select((row, truth) => row.Select(n => (object?)n).Prepend(truth).ToArray())],
            confusion.Classes);
    }

    private static TableView OfDataFrame(DataFrame frame)
    {
        var rows = TableView.Shown(frame.Rows.Count);
        return TableView.Of(
            [.. frame.Columns.Select(c => c.Name)],
            [.. Enumerable.Range(0, rows).Select(r => frame.Columns.Take(TableView.MaxColumns).Select(c => c[r]).ToArray())], frame.Rows.Count);
    }

    private sealed class DeedleTable : IFrameOperation<TableView>
    {
        public TableView Invoke<TRowKey, TColumnKey>(Frame<TRowKey, TColumnKey> frame)
        {
            var keys = frame.RowKeys.Take(TableView.Shown(frame.RowCount)).ToList();
            var columns = frame.ColumnKeys.Take(TableView.MaxColumns).Select(frame.GetColumn<object>).ToList();
            return TableView.Of(
                ["", .. frame.ColumnKeys.Select(k => k?.ToString() ?? "")],
                [.. keys.Select(k => columns.Select(c => c.TryGet(k) is { HasValue: true } cell ? cell.Value : null).Prepend(k).ToArray())],
                frame.RowCount);
        }
    }
}
