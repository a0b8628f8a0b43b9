using System.Buffers;
using System.Collections.Concurrent;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Csv;

/// <summary>The one way in for tables of text: opens a file, reads its header, and parses blocks of its rows on all cores.</summary>
internal sealed class CsvFile : IDisposable
{
    private readonly CsvSource _source;
    private readonly CsvBlocks _blocks;

    private CsvFile(string path)
    {
        (Name, _source) = (Path.GetFileName(path), CsvSource.Open(path));
        try
        {
            _blocks = new(_source, Name);
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    internal string Name { get; }

    internal CsvHeader Header => _blocks.Header;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InputException">No such file, no regular one, no text, or no header.</exception>
    internal static CsvFile Open(string path) => new(path);

    /// <summary>Parses every row. Blocks are parsed side by side, each by a parser of its own; a fault stops the reading of further blocks.</summary>
    /// <param name="create">Makes a parser for a block.</param>
    /// <returns>Parsers that have rows, in order, at least one; and what <see cref="TextTable.FileRow"/> needs where rows are not in a row.</returns>
    /// <exception cref="InputException">A fault, with its row; or no rows.</exception>
    internal (List<T> Blocks, int[]? FileRows) Parse<T>(Func<T> create)
        where T : CsvBlockParser
    {
        var parsed = new ConcurrentDictionary<long, T>();
        Parallel.ForEach(Partitioner.Create(_blocks.Read(), EnumerablePartitionerOptions.NoBuffering), (block, state, index) =>
        {
            var parser = create();
            parser.Parse(block.Bytes);
            parser.Fault ??= block.Fault is null ? null : ": " + block.Fault;
            ArrayPool<byte>.Shared.Return(block.Buffer);
            parsed[index] = parser;
            if (parser.Fault is not null)
            {
                state.Break();
            }
        });

        List<T> inOrder = [.. parsed.OrderBy(p => p.Key).Select(p => p.Value)];
        var row = Header.Row + 1;
        foreach (var block in inOrder)
        {
            row += block.Rows + block.Blanks.Count;
            if (block.Fault is not null)
            {
                throw new InputException($"{Name} row {row}{block.Fault}");
            }
        }

        if (inOrder.Sum(b => b.LongerRows) is > 0 and var longer)
        {
            InputNotes.Say($"{Name}: separators behind the last column in {NumberText.Count(longer, "row")}, with nothing in them: passed over.");
        }

        var fileRows = FileRows(inOrder);
        inOrder.RemoveAll(b => b.Rows == 0);
        return inOrder.Count > 0 ? (inOrder, fileRows) : throw new InputException($"{Name}: no rows below the header; expected at least one.");
    }

    public void Dispose() => _source.Dispose();

    private int[]? FileRows(List<CsvBlockParser> blocks)
    {
        if (Header.Row == 1 && blocks.TrueForAll(b => b.Blanks.TrueForAll(before => before == b.Rows) && (b.Blanks.Count == 0 || b == blocks[^1])))
        {
            return null;
        }

        var rows = new List<int>();
        var number = Header.Row;
        foreach (var block in blocks)
        {
            for (var (row, blank) = (0, 0); row < block.Rows || blank < block.Blanks.Count;)
            {
                number++;
                if (blank < block.Blanks.Count && block.Blanks[blank] == row)
                {
                    blank++;
                }
                else
                {
                    rows.Add(number);
                    row++;
                }
            }
        }

        return [.. rows];
    }

    private int[]? FileRows<T>(List<T> blocks)
        where T : CsvBlockParser => FileRows([.. blocks.Cast<CsvBlockParser>()]);
}
