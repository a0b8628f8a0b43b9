using EmbedKit.Runtime;

namespace EmbedKit.Data.Csv;

/// <summary>Parses one block of records. A fault is kept, not thrown: only the caller knows how many rows stood in the blocks before.</summary>
internal abstract class CsvBlockParser(CsvHeader header)
{
    private readonly int _columns = header.Names.Length;

    internal int Rows { get; private set; }

    /// <summary>For each blank line, the number of rows of this block before it.</summary>
    internal List<int> Blanks { get; } = [];

    /// <summary>Rows that went on behind the last column with nothing but separators.</summary>
    internal int LongerRows { get; private set; }

    /// <summary>What is wrong with row <see cref="Rows"/> (0-based in this block), and where in the row; null when nothing is.</summary>
    internal string? Fault { get; set; }

    protected CsvDialect Dialect { get; } = header.Dialect;

    internal void Parse(ReadOnlySpan<byte> bytes)
    {
        while (Fault is null && bytes.Length > 0)
        {
            if (CsvDialect.EndsRecord(bytes, out var newline))
            {
                Blanks.Add(Rows);
                bytes = bytes[newline..];
                continue;
            }

            ParseRecord(ref bytes);
            Rows += Fault is null ? 1 : 0;
        }
    }

    /// <summary>Takes the fields of row <see cref="Rows"/>, calling <see cref="MoveOn"/> after each.</summary>
    protected abstract void ParseRecord(ref ReadOnlySpan<byte> bytes);

    /// <summary>Passes what stands behind a field: a separator, or the end of the record behind the last one.</summary>
    protected void MoveOn(ref ReadOnlySpan<byte> bytes, int column)
    {
        var ended = CsvDialect.EndsRecord(bytes, out var newline);
        if (column < _columns - 1)
        {
            Fault = ended ? $": {NumberText.Count(column + 1, "field")}; expected {_columns}, as in the header." : null;
            bytes = bytes[(ended ? 0 : 1)..];
            return;
        }

        if (!ended)
        {
            var more = 0;
            for (var filled = false; !CsvDialect.EndsRecord(bytes, out newline);)
            {
                bytes = bytes[1..];
                filled |= Dialect.Field(ref bytes, out _).Length > 0;
                more++;
                Fault = filled ? $": {NumberText.Count(_columns + more, "field")}; expected {_columns}, as in the header." : null;
            }

            LongerRows++;
        }

        bytes = bytes[newline..];
    }
}
