using System.Numerics.Tensors;
using EmbedKit.Runtime;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EmbedKit.Storage;

/// <summary>
/// Vectors of one modality as a Parquet list column, written as float32 or in half precision (logical type Float16) and read from any type of
/// number. A list column stores, beside each value, whether it starts a row (repetition 0) and that nothing is null (the highest definition).
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

    private static unsafe void WriteHalves(
        ColumnWriter<FixedLenByteArray> column, ReadOnlySpan<float> values, ReadOnlySpan<short> definition, ReadOnlySpan<short> repetition,
        string name)
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
}
