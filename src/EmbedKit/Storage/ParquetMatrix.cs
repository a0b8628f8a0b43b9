using System.Globalization;
using EmbedKit.Runtime;
using ParquetSharp;

namespace EmbedKit.Storage;

/// <summary>Reads one modality's vectors, from a list column or from a column a coordinate, of any type of number.</summary>
internal sealed class ParquetMatrix(ParquetFileReader file, int rows, long allowed, Func<int, string> place)
{
    /// <summary>Reads a list column; half precision stays.</summary>
    /// <exception cref="InputException">A null, an empty list, lists of several lengths, a number that float32 does not hold.</exception>
    internal EmbeddingMatrix Lists(int index, string column, ParquetColumnType type)
    {
        var values = 0L;
        for (var g = 0; g < file.FileMetaData.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            values += group.MetaData.GetColumnChunkMetaData(index).NumValues;
        }

        // Where lists are not all equally long, or some are null, they are walked to find the row at fault, and not kept.
        var dimension = values % rows == 0 && values / rows <= Array.MaxLength ? (int)(values / rows) : 0;
        ParquetInput.Require((Int128)values * (type.IsHalf ? 2 : sizeof(float)), allowed, $"column {column}");
        var lists = new ParquetLists(column, place);
        if (type.IsHalf)
        {
            var halves = EmbeddingMatrix.Allocate<Half>(rows, dimension, column);
            ParquetValues.Walk<FixedLenByteArray>(file, index, (definition, repetition, full, batch) =>
            {
                var at = lists.Take(definition, repetition, full);
                for (var i = 0; dimension > 0 && i < batch.Length; i++)
                {
                    halves[at + i] = BitConverter.ToHalf(ParquetValues.Bytes(batch[i], type.Length));
                }
            });
            lists.End(rows);
            return EmbeddingMatrix.OfHalves(rows, dimension, halves);
        }

        var singles = EmbeddingMatrix.Allocate<float>(rows, dimension, column);
        ParquetValues.WalkNumbers(file, index, type, (definition, repetition, full, batch) =>
        {
            var at = lists.Take(definition, repetition, full);
            for (var i = 0; dimension > 0 && i < batch.Length; i++)
            {
                singles[at + i] = (float)batch[i];
                if (!float.IsFinite(singles[at + i]))
                {
                    throw TooLarge((int)((at + i) / dimension), $"{column} value {(at + i) % dimension}", batch[i]);
                }
            }
        });
        lists.End(rows);
        return new(rows, dimension, singles);
    }

    /// <summary>Reads columns with one coordinate each.</summary>
    /// <param name="columns">The columns, and the place of each in the vector, 0 to D − 1.</param>
    /// <exception cref="InputException">A null, or a number that float32 does not hold.</exception>
    internal EmbeddingMatrix Coordinates(IReadOnlyList<(ParquetColumn Column, int Place)> columns)
    {
        ParquetInput.Require((Int128)rows * columns.Count * sizeof(float), allowed, "its vectors");
        var target = EmbeddingMatrix.Allocate<float>(rows, columns.Count, "its vectors");
        foreach (var (column, coordinate) in columns)
        {
            var row = 0;
            ParquetValues.WalkNumbers(file, column.Index, column.Type, (definition, _, full, batch) =>
            {
                if (definition.IndexOfAnyExcept(full) is >= 0 and var missing)
                {
                    throw new InputException($"{place(row + missing)}: {column.Name} is null; expected a number in every row.");
                }

                foreach (var number in batch)
                {
                    target[((long)row * columns.Count) + coordinate] = float.IsFinite((float)number) ? (float)number
                        : throw TooLarge(row, column.Name, number);
                    row++;
                }
            });
        }

        return new(rows, columns.Count, target);
    }

    private InputException TooLarge(int row, string what, double number) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture, $"{place(row)}: {what} is {number}; expected finite numbers that float32 holds (up to 3.4e38)."));
}
