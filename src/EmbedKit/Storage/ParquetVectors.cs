using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EmbedKit.Runtime;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EmbedKit.Storage;

/// <summary>
/// Vectors of one modality as a Parquet list column, of float32 or of half precision (logical type Float16). A list column stores, beside each
/// value, whether it starts a row (repetition 0) and that nothing is null (the highest definition).
/// </summary>
internal static class ParquetVectors
{
    /// <summary>Values handed over at once.</summary>
    private const int Batch = 1 << 17;

    private const int HalfBytes = 2;

    /// <summary>The schema of a column of half-precision lists, which <see cref="Column"/> cannot describe.</summary>
    internal static Node HalfColumn(string name)
    {
        using var float16 = LogicalType.Float16();
        using var list = LogicalType.List();
        using var item = new PrimitiveNode("item", Repetition.Optional, float16, PhysicalType.FixedLenByteArray, HalfBytes);
        using var items = new GroupNode("list", Repetition.Repeated, [item]);
        return new GroupNode(name, Repetition.Optional, [items], list);
    }

    /// <summary>Writes whole vectors; the column's type says in which precision.</summary>
    internal static void Write(ColumnWriter column, ReadOnlySpan<float> values, int dimension, string name)
    {
        var step = Math.Max(1, Batch / dimension) * dimension;
        var definition = new short[step];
        var repetition = new short[step];
        Array.Fill(definition, column.ColumnDescriptor.MaxDefinitionLevel);
        for (var i = 0; i < step; i++)
        {
            repetition[i] = (short)(i % dimension == 0 ? 0 : 1);
        }

        for (; values.Length > 0; values = values[Math.Min(step, values.Length)..])
        {
            var count = Math.Min(step, values.Length);
            if (column is ColumnWriter<float> singles)
            {
                singles.WriteBatch(count, definition.AsSpan(0, count), repetition.AsSpan(0, count), values[..count]);
            }
            else
            {
                WriteHalves((ColumnWriter<FixedLenByteArray>)column, values[..count], definition.AsSpan(0, count), repetition.AsSpan(0, count), name);
            }
        }
    }

    /// <summary>Reads a column, keeping its precision.</summary>
    /// <exception cref="InputException">It holds something else than full lists of one length.</exception>
    internal static EmbeddingMatrix Read(ParquetFileReader file, int index, int rows, string column, string name)
    {
        using var first = file.RowGroup(0);
        var dimension = (int)Math.Max(1, first.MetaData.GetColumnChunkMetaData(index).NumValues / Math.Max(1, first.MetaData.NumRows));
        if (file.FileMetaData.Schema.Column(index).LogicalType is Float16LogicalType)
        {
            var halves = new Half[checked(rows * (long)dimension)];
            var pointers = new FixedLenByteArray[Batch];
            ReadInto<FixedLenByteArray>(file, index, dimension, halves.Length, column, name, (reader, definition, repetition, at, room) =>
            {
                var levels = reader.ReadBatch(room, definition, repetition, pointers.AsSpan(0, room), out var read);
                Gather(pointers.AsSpan(0, (int)read), halves.AsSpan(at));
                return ((int)levels, (int)read);
            });
            return EmbeddingMatrix.OfHalves(rows, dimension, halves);
        }

        var values = new float[checked(rows * (long)dimension)];
        ReadInto<float>(file, index, dimension, values.Length, column, name, (reader, definition, repetition, at, room) =>
        {
            var levels = reader.ReadBatch(room, definition, repetition, values.AsSpan(at, room), out var read);
            return ((int)levels, (int)read);
        });
        return new(rows, dimension, values);
    }

    private delegate (int Levels, int Read) BatchReader<T>(ColumnReader<T> reader, short[] definition, short[] repetition, int at, int room)
        where T : unmanaged;

    private static void ReadInto<T>(ParquetFileReader file, int index, int dimension, int length, string column, string name, BatchReader<T> read)
        where T : unmanaged
    {
        var (filled, row) = (0, -1);
        var definition = new short[Batch];
        var repetition = new short[Batch];
        for (var g = 0; g < file.FileMetaData.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            using var any = group.Column(index);
            var reader = any as ColumnReader<T> ?? throw new InputException($"{name}: column {column} does not hold float32; expected lists of float32, or of half precision.");
            var full = reader.ColumnDescriptor.MaxDefinitionLevel;
            while (reader.HasNext)
            {
                var room = Math.Min(Batch, length - filled);
                if (room == 0)
                {
                    throw Ragged(name, row, column, dimension);
                }

                var (levels, values) = read(reader, definition, repetition, filled, room);
                for (var i = 0; i < levels; i++)
                {
                    var starts = repetition[i] == 0;
                    row += starts ? 1 : 0;
                    if (definition[i] != full || starts != ((filled + i) % dimension == 0))
                    {
                        throw Ragged(name, definition[i] != full ? row : Math.Max(0, row - (starts ? 1 : 0)), column, dimension);
                    }
                }

                filled += values;
            }
        }

        if (filled != length)
        {
            throw Ragged(name, row, column, dimension);
        }
    }

    private static unsafe void WriteHalves(ColumnWriter<FixedLenByteArray> column, ReadOnlySpan<float> values, ReadOnlySpan<short> definition, ReadOnlySpan<short> repetition, string name)
    {
        var largest = TensorPrimitives.MaxMagnitude(values);
        if (!Half.IsFinite((Half)largest))
        {
            throw new InputException($"{name}: a value of {largest}; expected at most 65,504, the largest in half precision. Write float32 instead.");
        }

        var halves = new Half[values.Length];
        var pointers = new FixedLenByteArray[values.Length];
        TensorPrimitives.ConvertToHalf(values, halves);
        fixed (Half* start = halves)
        {
            for (var i = 0; i < pointers.Length; i++)
            {
                pointers[i] = new((nint)(start + i));
            }

            column.WriteBatch(pointers.Length, definition, repetition, pointers);
        }
    }

    private static unsafe void Gather(ReadOnlySpan<FixedLenByteArray> from, Span<Half> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = Unsafe.ReadUnaligned<Half>((void*)from[i].Pointer);
        }
    }

    private static InputException Ragged(string name, int row, string column, int dimension) =>
        new($"{name} row {row + 1}: {column} holds a null, or not {dimension} values as the rows before; expected a full list of one length in every row.");
}
