using Deedle;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>A Deedle frame's first rows.</summary>
internal sealed class DeedleTable : IFrameOperation<TableView>
{
    internal static TableView Of(IFrame frame) => frame.Apply(new DeedleTable());

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
