namespace EmbedKit.Storage;

/// <summary>What a Parquet footer claims: rows, columns, and where the pages of each column lie.</summary>
/// <param name="Rows">Rows of the file.</param>
/// <param name="Columns">Columns that hold values, those inside nested ones included; true for one that may hold several values a row.</param>
/// <param name="Groups">Its row groups.</param>
internal sealed record ParquetFooter(long Rows, IReadOnlyList<bool> Columns, IReadOnlyList<ParquetFooter.RowGroup> Groups)
{
    private const int DeepestColumn = 32;
    private const int Repeated = 2;

    /// <summary>Reads the claims; an <see cref="InvalidDataException"/> says what cannot be.</summary>
    internal static ParquetFooter Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        var (rows, columns, groups) = (-1L, new List<bool>(), new List<RowGroup>());
        for (var field = 0; reader.Next(ref field, out var type);)
        {
            switch (field)
            {
                case 2:
                    columns = ReadSchema(ref reader, type);
                    break;
                case 3:
                    rows = reader.Number(type);
                    break;
                case 4:
                    for (var left = reader.Elements(type, out _); left > 0; left--)
                    {
                        groups.Add(ReadGroup(ref reader));
                    }

                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new(rows, columns, groups);
    }

    /// <summary>The schema is a tree, written in the order of a walk: each element says how many children follow it.</summary>
    private static List<bool> ReadSchema(ref ThriftReader reader, ThriftType list)
    {
        var (columns, open) = (new List<bool>(), new Stack<(long Children, bool Repeated)>());
        for (var left = reader.Elements(list, out _); left > 0; left--)
        {
            var (children, repetition) = (0L, 0L);
            for (var field = 0; reader.Next(ref field, out var type);)
            {
                switch (field)
                {
                    case 3:
                        repetition = reader.Number(type);
                        break;
                    case 5:
                        children = reader.Number(type);
                        break;
                    default:
                        reader.Skip(type);
                        break;
                }
            }

            var root = open.Count == 0 && columns.Count == 0;
            while (open.TryPeek(out var done) && done.Children == 0)
            {
                open.Pop();
            }

            if ((!root && open.Count == 0) || open.Count > DeepestColumn || children < 0 || children >= left || (root && children == 0))
            {
                throw new InvalidDataException("its columns are no tree, have no end or are nested too deep");
            }

            var repeated = repetition == Repeated;
            if (!root)
            {
                var parent = open.Pop();
                open.Push(parent with { Children = parent.Children - 1 });
                repeated |= parent.Repeated;
            }

            if (children > 0)
            {
                open.Push((children, repeated));
            }
            else
            {
                columns.Add(repeated);
            }
        }

        return open.All(o => o.Children == 0) ? columns : throw new InvalidDataException("columns are missing");
    }

    private static RowGroup ReadGroup(ref ThriftReader reader)
    {
        var (rows, chunks) = (-1L, new List<Chunk>());
        for (var field = 0; reader.Next(ref field, out var type);)
        {
            switch (field)
            {
                case 1:
                    for (var left = reader.Elements(type, out _); left > 0; left--)
                    {
                        chunks.Add(ReadChunk(ref reader));
                    }

                    break;
                case 3:
                    rows = reader.Number(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return chunks.Count > 0 ? new(rows, chunks) : throw new InvalidDataException("a row group without columns");
    }

    private static Chunk ReadChunk(ref ThriftReader reader)
    {
        var chunk = new Chunk(-1, -1, -1);
        for (var field = 0; reader.Next(ref field, out var type);)
        {
            switch (field)
            {
                case 1:
                    throw new InvalidDataException("a column lies in another file, or is encrypted");
                case 3 when type == ThriftType.Struct:
                    chunk = ReadChunkMetadata(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return chunk.Start > 0 ? chunk : throw new InvalidDataException("a column whose place is not said");
    }

    private static Chunk ReadChunkMetadata(ref ThriftReader reader)
    {
        var (values, bytes, start, dictionary) = (-1L, -1L, -1L, 0L);
        for (var field = 0; reader.Next(ref field, out var type);)
        {
            switch (field)
            {
                case 5:
                    values = reader.Number(type);
                    break;
                case 7:
                    bytes = reader.Number(type);
                    break;
                case 9:
                    start = reader.Number(type);
                    break;
                case 11:
                    dictionary = reader.Number(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new(values, bytes, dictionary > 0 && dictionary < start ? dictionary : start);
    }

    /// <param name="Rows">Rows of the group.</param>
    /// <param name="Chunks">One a column.</param>
    internal sealed record RowGroup(long Rows, IReadOnlyList<Chunk> Chunks);

    /// <param name="Values">Values, nulls included.</param>
    /// <param name="Bytes">Length of all pages in the file.</param>
    /// <param name="Start">Where the first page begins.</param>
    internal readonly record struct Chunk(long Values, long Bytes, long Start);
}
