namespace EmbedKit.Embedding.Extraction;

/// <summary>Images prepared a bounded way ahead of the model, handed over in the order of rows however long each took. Not thread-safe.</summary>
internal sealed class ImageWindow(IEnumerable<int> rows, int size)
{
    private readonly IEnumerator<int> _rows = rows.GetEnumerator();
    private readonly Dictionary<int, PreparedImage> _ready = [];
    private int _ahead;

    /// <summary>The next row to prepare, while there is room for it.</summary>
    internal bool TryTake(out int row)
    {
        var taken = _ahead < size && _rows.MoveNext();
        _ahead += taken ? 1 : 0;
        row = taken ? _rows.Current : -1;
        return taken;
    }

    internal void Put(int row, PreparedImage image) => _ready.Add(row, image);

    /// <summary>Hands a row's image over, once it is prepared.</summary>
    internal PreparedImage? TryRemove(int row)
    {
        _ahead -= _ready.Remove(row, out var image) ? 1 : 0;
        return image;
    }
}
