using System.Buffers;

namespace EmbedKit.Storage;

/// <summary>A run of whole CSV records as bytes. Return <see cref="Buffer"/> to <see cref="ArrayPool{T}.Shared"/> after use.</summary>
/// <param name="Buffer">The bytes; only the first <paramref name="Length"/> count.</param>
/// <param name="Length">Bytes in use.</param>
internal readonly record struct CsvBlock(byte[] Buffer, int Length)
{
    internal ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);
}

/// <summary>Cuts a CSV file into blocks of a few megabytes at newlines outside quotes, so that blocks can be parsed side by side.</summary>
internal static class CsvBlocks
{
    private const int BlockBytes = 1 << 22;

    /// <summary>The blocks in order, read as they are asked for. A file that ends inside quotes gives that end as the last block.</summary>
    internal static IEnumerable<CsvBlock> Read(Stream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var filled = 0;
        while (true)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(filled), 1, throwOnEndOfStream: false);
            filled += read;
            if (read == 0)
            {
                if (filled > 0)
                {
                    yield return new(buffer, filled);
                }

                yield break;
            }

            if (filled < buffer.Length)
            {
                continue;
            }

            var end = EndOfLastRecord(buffer.AsSpan(0, filled));
            var next = ArrayPool<byte>.Shared.Rent(end == 0 ? checked(2 * buffer.Length) : BlockBytes);
            buffer.AsSpan(end, filled - end).CopyTo(next);
            if (end > 0)
            {
                yield return new(buffer, end);
            }
            else
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            (buffer, filled) = (next, filled - end);
        }
    }

    /// <summary>Bytes up to the first newline outside quotes, that newline included; all when there is none.</summary>
    internal static int EndOfFirstRecord(ReadOnlySpan<byte> bytes)
    {
        var quoted = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            quoted ^= bytes[i] == '"';
            if (bytes[i] == '\n' && !quoted)
            {
                return i + 1;
            }
        }

        return bytes.Length;
    }

    private static int EndOfLastRecord(ReadOnlySpan<byte> bytes)
    {
        var quotes = bytes.Count((byte)'"');
        for (var end = bytes.Length; end > 0;)
        {
            var newline = bytes[..end].LastIndexOf((byte)'\n');
            quotes -= bytes[(newline + 1)..end].Count((byte)'"');
            if (newline >= 0 && quotes % 2 == 0)
            {
                return newline + 1;
            }

            end = newline < 0 ? 0 : newline;
        }

        return 0;
    }
}
