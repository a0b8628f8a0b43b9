using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EmbedKit.Runtime;
using Microsoft.Win32.SafeHandles;
using ParquetSharp;

namespace EmbedKit.Storage;

/// <summary>
/// Opens Parquet files of unknown origin. Every count and size that the file claims is held against its length first, by walking the footer and
/// the headers of all pages, so that nothing is allocated or unpacked that the file cannot hold; only then does the native library see it.
/// </summary>
internal static class ParquetInput
{
    /// <summary>What a file may unpack to, beside a multiple of its own length: tables that say the same thing again and again pack well.</summary>
    private const long AlwaysAllowed = 1L << 29;

    private const int AllowedTimes = 64;
    private const int TrailerBytes = 8;
    private const int FirstHeaderRead = 512;
    private const int LongestHeader = 1 << 24;
    private const int LongestFooter = 1 << 26;

    /// <summary>Reads a file; whatever is wrong with it becomes one line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should have been, for the message.</param>
    /// <param name="read">Reads it, with the file's name and the bytes that its contents may take in memory.</param>
    /// <exception cref="InputException">It cannot be read, is damaged, or claims more than it can hold.</exception>
    internal static T Read<T>(string path, string expected, Func<ParquetFileReader, string, long, T> read)
    {
        var name = Path.GetFileName(path);
        try
        {
            var allowed = Check(path, expected);
            using var properties = ReaderProperties.GetDefaultReaderProperties();
            properties.EnablePageChecksumVerification();
            using var file = new ParquetFileReader(path, properties);
            return read(file, name, allowed);
        }
        catch (Exception error) when (error is not (InputException or OperationCanceledException))
        {
            throw new InputException(
                SystemFault.Describe(error, path)
                    ?? $"{name}: not a readable Parquet file ({Reason(error)}); expected {expected}. Write it or fetch it again.", error);
        }
    }

    /// <summary>What is wrong, in the kit's words alone: those of the native library and of .NET name types that mean nothing to a reader.</summary>
    private static string Reason(Exception error) => error switch
    {
        InvalidDataException or EndOfStreamException => InputException.OneLine(error.Message),
        _ when error.Message.Contains("codec", StringComparison.OrdinalIgnoreCase) => "it is packed with a method that is not read here; snappy, "
            + "gzip, zstd, lz4 and brotli are",
        _ when error.Message.Contains("CRC", StringComparison.Ordinal) => "its data have changed since it was written: a checksum does not match",
        DecoderFallbackException => "a text in it is no UTF-8",
        _ => "it begins and ends as one, but what is between is damaged or of a newer kind",
    };

    /// <summary>Refuses to take more memory than a file's length lets its contents need, or than there is.</summary>
    /// <param name="bytes">The bytes that are about to be taken.</param>
    /// <param name="allowed">The limit from <see cref="Read"/>.</param>
    /// <param name="what">What would take them.</param>
    internal static void Require(Int128 bytes, long allowed, string what)
    {
        if (bytes > allowed)
        {
            throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} would take {(double)bytes / 1e9:0.#} GB of memory, more than a file of its length can hold or this machine has"));
        }
    }

    private static long Check(string path, string expected)
    {
        using var stream = RegularFile.OpenRead(path, expected);
        var handle = stream.SafeFileHandle;
        var length = RandomAccess.GetLength(handle);
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        Span<byte> head = stackalloc byte[4];
        if (length < 12 || RandomAccess.Read(handle, head, 0) < 4 || RandomAccess.Read(handle, trailer, length - TrailerBytes) < TrailerBytes
            || !head.SequenceEqual("PAR1"u8) || !trailer[4..].SequenceEqual("PAR1"u8))
        {
            throw new InvalidDataException(
                trailer[4..].SequenceEqual("PARE"u8) ? "its footer is encrypted" : "it does not begin and end with PAR1, or is cut short");
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (size == 0 || size > length - 12 || size > LongestFooter)
        {
            throw new InvalidDataException($"a footer of {NumberText.Count(size, "byte")} in a file of {length}");
        }

        var bytes = new byte[size];
        var end = length - TrailerBytes - size;
        _ = RandomAccess.Read(handle, bytes, end);
        var footer = ParquetFooter.Read(bytes);
        var allowed = Math.Min(AlwaysAllowed + (AllowedTimes * length), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        CheckRows(footer);
        var unpacked = (Int128)0;
        foreach (var group in footer.Groups)
        {
            for (var c = 0; c < group.Chunks.Count; c++)
            {
                unpacked += CheckPages(handle, group.Chunks[c], end);
                Require(unpacked, allowed, "what its pages unpack to");
            }
        }

        Require((Int128)footer.Rows * footer.Columns.Count(repeated => !repeated) * IntPtr.Size, allowed, $"its {footer.Rows} rows");
        return allowed;
    }

    private static void CheckRows(ParquetFooter footer)
    {
        if (footer.Rows is < 0 or > int.MaxValue || footer.Columns.Count == 0)
        {
            throw new InvalidDataException($"{NumberText.Count(footer.Rows, "row")} of {NumberText.Count(footer.Columns.Count, "column")}");
        }

        var sum = (Int128)0;
        foreach (var group in footer.Groups)
        {
            sum += group.Rows;
            if (group.Rows < 0 || group.Chunks.Count != footer.Columns.Count)
            {
                throw new InvalidDataException(
                    $"a row group of {NumberText.Count(group.Rows, "row")} and {NumberText.Count(group.Chunks.Count, "column")}, where the "
                        + $"file has {NumberText.Count(footer.Columns.Count, "column")}");
            }

            if (group.Chunks.Where((chunk, c) => footer.Columns[c] ? chunk.Values < group.Rows : chunk.Values != group.Rows).Any())
            {
                throw new InvalidDataException($"a column does not have the {NumberText.Count(group.Rows, "value")} of its row group");
            }
        }

        if (sum != footer.Rows)
        {
            throw new InvalidDataException($"row groups that hold {sum} in all, where the file claims {NumberText.Count(footer.Rows, "row")}");
        }
    }

    /// <summary>Walks the pages of a column as the library will.</summary>
    /// <returns>The bytes that they unpack to.</returns>
    private static Int128 CheckPages(SafeFileHandle handle, ParquetFooter.Chunk chunk, long end)
    {
        if (chunk.Start < 4 || chunk.Bytes < 0 || chunk.Bytes > end - chunk.Start)
        {
            throw new InvalidDataException($"a column of {NumberText.Count(chunk.Bytes, "byte")} at {chunk.Start}, outside the file");
        }

        var (at, left, unpacked) = (chunk.Start, chunk.Values, (Int128)0);
        while (left > 0)
        {
            var page = ReadHeader(handle, at, chunk.Start + chunk.Bytes - at);
            at += page.HeaderBytes + Math.Max(0, page.Bytes);
            if (page.Bytes < 0 || at > chunk.Start + chunk.Bytes || page.Unpacked is < 0 or > int.MaxValue || page.Values < 0
                || (page.IsData ? page.Values > left : page.Values > page.Unpacked))
            {
                throw new InvalidDataException($"a page of {NumberText.Count(page.Bytes, "byte")}, unpacked {page.Unpacked}, with "
                        + $"{NumberText.Count(page.Values, "value")} before byte {at}");
            }

            unpacked += page.Unpacked;
            left -= page.IsData ? page.Values : 0;
        }

        return unpacked;
    }

    private static ParquetPage ReadHeader(SafeFileHandle handle, long at, long room)
    {
        for (var size = FirstHeaderRead; ; size *= 8)
        {
            var bytes = new byte[Math.Clamp(room, 0, size)];
            try
            {
                var read = RandomAccess.Read(handle, bytes, at);
                return ParquetPage.Read(bytes.AsSpan(0, read));
            }
            catch (EndOfStreamException) when (bytes.Length < room && size < LongestHeader)
            {
                // A header may carry long statistics: look again with more of it.
            }
        }
    }
}
