using System.Buffers;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Csv;

/// <summary>A run of whole records as bytes. Return <see cref="Buffer"/> to <see cref="ArrayPool{T}.Shared"/> after use.</summary>
/// <param name="Buffer">The bytes; only those from <paramref name="Start"/> on count.</param>
/// <param name="Start">Where they begin.</param>
/// <param name="Length">Bytes in use.</param>
/// <param name="Fault">Why there is nothing after them; null when all is well.</param>
internal readonly record struct CsvBlock(byte[] Buffer, int Start, int Length, string? Fault)
{
    internal ReadOnlySpan<byte> Bytes => Buffer.AsSpan(Start, Length);
}

/// <summary>Cuts a table file into blocks of a few megabytes between records, so that blocks can be parsed side by side.</summary>
internal sealed class CsvBlocks
{
    /// <summary>The most bytes of one record. Rows of 20,000 numbers take a few hundred kilobytes.</summary>
    internal const int MostRecordBytes = 1 << 24;

    private const int BlockBytes = 1 << 22;
    private readonly CsvSource _source;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;
    private string? _fault;

    /// <summary>Reads the header.</summary>
    /// <exception cref="InputException">There is none, or the file is no text.</exception>
    internal CsvBlocks(CsvSource source, string file)
    {
        _source = source;
        Fill();
        Header = CsvHeader.Read(_buffer.AsSpan(0, _filled), _fault is null ? file : throw new InputException($"{file}: {_fault}"));
        if (Header.Length == _filled && _filled == _buffer.Length)
        {
            throw new InputException($"{file} row {Header.Row}: a header of more than {BlockBytes >> 20} MiB; expected a line of column names.");
        }
    }

    internal CsvHeader Header { get; }

    /// <summary>The blocks in order, read as they are asked for. A file that ends inside quotes gives that end as the last block.</summary>
    internal IEnumerable<CsvBlock> Read()
    {
        for (var start = Header.Length; ;)
        {
            var end = start + Header.Dialect.EndOfLastRecord(_buffer.AsSpan(start, _filled - start));
            if (_fault is not null || _filled < _buffer.Length)
            {
                yield return new(_buffer, start, (_fault is null ? _filled : end) - start, _fault);
                yield break;
            }

            if (end == start && _filled - start >= MostRecordBytes)
            {
                yield return new(
                    _buffer, start, 0, $"more than {MostRecordBytes >> 20} MiB in one row; expected shorter rows: is a quote never closed?");
                yield break;
            }

            var (full, left) = (_buffer, _filled - end);
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BlockBytes, end == start ? 2 * left : 0));
            full.AsSpan(end, left).CopyTo(_buffer);
            if (end > start)
            {
                yield return new(full, start, end - start, null);
            }
            else
            {
                ArrayPool<byte>.Shared.Return(full);
            }

            (start, _filled) = (0, left);
            Fill();
        }
    }

    private void Fill()
    {
        try
        {
            _filled += _source.Read(_buffer.AsSpan(_filled));
        }
        catch (Exception error) when (error is InputException or InvalidDataException or System.Text.DecoderFallbackException or IOException)
        {
            _fault = error switch
            {
                InputException => error.Message,
                IOException => $"cannot be read ({InputException.OneLine(error.Message)}); expected a readable file.",
                InvalidDataException => CsvSource.Damaged,
                _ => CsvSource.NoUtf16,
            };
        }
    }
}
