using EmbedKit.Runtime;
using ParquetSharp;

namespace EmbedKit.Storage;

/// <summary>Reads a column of plain values as the cells of a table; a null is an empty cell.</summary>
internal sealed class ParquetCells(ParquetFileReader file, string name, int rows, long allowed)
{
    private long _characters;

    /// <summary>Reads a column.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="column">Its name.</param>
    /// <param name="type">Its type, one that has text.</param>
    /// <exception cref="InputException">A value that has no text.</exception>
    internal string[] Read(int index, string column, ParquetColumnType type) => type.Physical switch
    {
        PhysicalType.Boolean => Read<bool>(index, column, type, ParquetColumnType.Text),
        PhysicalType.Int32 => Read<int>(index, column, type, type.Text),
        PhysicalType.Int64 => Read<long>(index, column, type, type.Text),
        PhysicalType.Int96 => Read<Int96>(index, column, type, type.Text),
        PhysicalType.Float => Read<float>(index, column, type, ParquetColumnType.Text),
        PhysicalType.Double => Read<double>(index, column, type, ParquetColumnType.Text),
        PhysicalType.ByteArray => Read<ByteArray>(index, column, type, value => type.Text(ParquetValues.Bytes(value))),
        _ => Read<FixedLenByteArray>(index, column, type, value => type.Text(ParquetValues.Bytes(value, type.Length))),
    };

    private string[] Read<T>(int index, string column, ParquetColumnType type, Func<T, string?> text)
        where T : unmanaged
    {
        var (cells, row, last) = (new string[rows], 0, "");
        ParquetValues.Walk<T>(file, index, (definition, _, full, values) =>
        {
            var at = 0;
            foreach (var level in definition)
            {
                var cell = level == full ? text(values[at++]) ?? throw Unreadable(row, column, type) : "";
                _characters += ReferenceEquals(cell, last) ? 0 : cell.Length;
                ParquetInput.Require(_characters * sizeof(char), allowed, "the text of its cells");
                cells[row++] = last = cell;
            }
        });
        return row == rows ? cells : throw new InvalidDataException($"column {column} has {row} of {NumberText.Count(rows, "row")}");
    }

    private InputException Unreadable(int row, string column, ParquetColumnType type) => new(
        $"{name} row {row + 1}: column {column} holds a {type.Name} that cannot be written as text; "
        + $"expected {(type.Name == "text" ? "UTF-8" : "years 1 to 9999, and times below 24:00")}.");
}
