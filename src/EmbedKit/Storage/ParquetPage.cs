namespace EmbedKit.Storage;

/// <summary>The sizes that a page's header claims.</summary>
/// <param name="HeaderBytes">Length of the header itself.</param>
/// <param name="Bytes">Length of what follows in the file.</param>
/// <param name="Unpacked">Its length once unpacked.</param>
/// <param name="Values">Values in it, nulls included.</param>
/// <param name="IsData">Whether these are the column's values, not a dictionary or an index.</param>
internal readonly record struct ParquetPage(int HeaderBytes, long Bytes, long Unpacked, long Values, bool IsData)
{
    internal static ParquetPage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        var (kind, packed, unpacked, values) = (-1L, -1L, -1L, 0L);
        for (var field = 0; reader.Next(ref field, out var type);)
        {
            switch (field)
            {
                case 1:
                    kind = reader.Number(type);
                    break;
                case 2:
                    unpacked = reader.Number(type);
                    break;
                case 3:
                    packed = reader.Number(type);
                    break;
                case 5 or 7 or 8 when type == ThriftType.Struct:
                    values = ReadValues(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new(reader.Position, packed, unpacked, values, kind is 0 or 3);
    }

    /// <summary>Of each kind of page the first field counts its values.</summary>
    private static long ReadValues(ref ThriftReader reader)
    {
        var values = -1L;
        for (var field = 0; reader.Next(ref field, out var type);)
        {
            if (field == 1)
            {
                values = reader.Number(type);
            }
            else
            {
                reader.Skip(type);
            }
        }

        return values;
    }
}
