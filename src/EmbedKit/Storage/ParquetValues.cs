using ParquetSharp;

namespace EmbedKit.Storage;

/// <summary>Takes what a column holds, a batch at a time.</summary>
/// <param name="definition">A level for each value or null: <paramref name="full"/> for a value.</param>
/// <param name="repetition">A level for each value or null: 0 where a row begins.</param>
/// <param name="full">The level of a value.</param>
/// <param name="values">The values, without nulls; byte arrays are valid during the call only.</param>
internal delegate void ParquetBatch<T>(ReadOnlySpan<short> definition, ReadOnlySpan<short> repetition, short full, ReadOnlySpan<T> values);

/// <summary>Walks the values of one column through all row groups.</summary>
internal static class ParquetValues
{
    /// <summary>Values handed over at once.</summary>
    private const int Batch = 1 << 14;

    internal static void Walk<T>(ParquetFileReader file, int column, ParquetBatch<T> take)
        where T : unmanaged
    {
        var (definition, repetition, values) = (new short[Batch], new short[Batch], new T[Batch]);
        for (var g = 0; g < file.FileMetaData.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            using var any = group.Column(column);
            var reader = (ColumnReader<T>)any;
            var full = reader.ColumnDescriptor.MaxDefinitionLevel;
            while (reader.HasNext)
            {
                var levels = (int)reader.ReadBatch(Batch, definition, repetition, values, out var read);
                if (levels == 0)
                {
                    throw new InvalidDataException("a column ends too early");
                }

                take(definition.AsSpan(0, levels), repetition.AsSpan(0, levels), full, values.AsSpan(0, (int)read));
            }
        }
    }

    /// <summary>The same for a column of numbers of any type.</summary>
    internal static void WalkNumbers(ParquetFileReader file, int column, ParquetColumnType type, ParquetBatch<double> take)
    {
        var numbers = new double[Batch];
        void WalkAs<T>(Func<T, double> number)
            where T : unmanaged => Walk<T>(file, column, (definition, repetition, full, values) =>
            {
                for (var i = 0; i < values.Length; i++)
                {
                    numbers[i] = number(values[i]);
                }

                take(definition, repetition, full, numbers.AsSpan(0, values.Length));
            });

        switch (type.Physical)
        {
            case PhysicalType.Float:
                WalkAs<float>(value => value);
                break;
            case PhysicalType.Double:
                WalkAs<double>(value => value);
                break;
            case PhysicalType.Int32:
                WalkAs<int>(type.Number);
                break;
            case PhysicalType.Int64:
                WalkAs<long>(type.Number);
                break;
            case PhysicalType.ByteArray:
                WalkAs<ByteArray>(value => type.Number(Bytes(value)));
                break;
            default:
                WalkAs<FixedLenByteArray>(value => type.Number(Bytes(value, type.Length)));
                break;
        }
    }

    internal static unsafe ReadOnlySpan<byte> Bytes(ByteArray value) => new((void*)value.Pointer, value.Length);

    internal static unsafe ReadOnlySpan<byte> Bytes(FixedLenByteArray value, int length) => new((void*)value.Pointer, length);
}
