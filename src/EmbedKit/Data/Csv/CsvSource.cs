using System.IO.Compression;
using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Csv;

/// <summary>The bytes of a table file as UTF-8 without byte order mark: unpacked where gzip packed them, recoded where they are UTF-16.</summary>
/// <remarks>That a packed file was cut short is told by a switch of .NET, for the whole process, which .NET reads when the first packed stream is
/// opened: a program that unpacks a gzip stream of its own before it reads its first table here sets
/// <c>System.IO.Compression.UseStrictValidation</c> itself. Where a member ends, only .NET knows, so no count here could replace it.</remarks>
internal sealed class CsvSource : IDisposable
{
    /// <summary>Unpacked bytes that any packed file may have, and how many times its packed bytes a larger one may have.</summary>
    internal const long FreelyUnpacked = 64 << 20, MostUnpacked = 100;

    internal const string Damaged = "damaged, cut short or not gzip; expected the file as it was distributed.";

    internal const string NoUtf16 = "bytes that are not UTF-16, as its byte order mark says; expected text: save it as \"CSV UTF-8\".";

    // Without it .NET takes a packed file that was cut short for one that ends there.
    static CsvSource() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private readonly FileStream _file;
    private readonly Stream _content;
    private readonly GzipBytes? _packed;
    private long _unpacked;

    private CsvSource(FileStream file, bool packed, Encoding? encoding)
    {
        (_file, _packed) = (file, packed ? new GzipBytes(file) : null);
        Stream unpacked = _packed is not null ? new GZipStream(_packed, CompressionMode.Decompress) : file;
        _content = encoding is null ? unpacked : Encoding.CreateTranscodingStream(unpacked, encoding, new UTF8Encoding(false));
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InputException">No regular file, a workbook or other archive.</exception>
    internal static CsvSource Open(string path)
    {
        const string Expected = "a CSV file with a header";
        Span<byte> start = stackalloc byte[4];
        using (var probe = RegularFile.OpenRead(path, Expected))
        {
            start = start[..probe.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        var packed = start is [0x1F, 0x8B, ..];
        if (!packed && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{Path.GetFileName(path)}: {Damaged}");
        }

        if (start is [(byte)'P', (byte)'K', 3, 4] or [0xD0, 0xCF, 0x11, 0xE0])
        {
            throw new InputException($"{Path.GetFileName(path)}: a workbook or zip archive; expected text: save it as \"CSV UTF-8\", or unpack it.");
        }

        Span<byte> mark = stackalloc byte[3];
        using (var probe = new CsvSource(RegularFile.OpenRead(path, Expected), packed, null))
        {
            mark = mark[..probe.Guarded(Path.GetFileName(path), mark)];
        }

        Encoding? encoding = mark is [0xFF, 0xFE, ..] ? new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true)
            : mark is [0xFE, 0xFF, ..] ? new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true) : null;
        var source = new CsvSource(RegularFile.OpenRead(path, Expected), packed, encoding);
        if (encoding is not null || mark is [0xEF, 0xBB, 0xBF])
        {
            Span<byte> recoded = stackalloc byte[3];
            source.Guarded(Path.GetFileName(path), recoded);
        }

        return source;
    }

    /// <summary>Fills the buffer, or as much of it as there is left.</summary>
    /// <exception cref="InputException">Damaged, too large once unpacked, or no text.</exception>
    internal int Read(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            // In steps, so that a file that unpacks without end is noticed before its bytes fill the buffer.
            var read = _content.ReadAtLeast(buffer[filled..Math.Min(buffer.Length, filled + (1 << 20))], 1, throwOnEndOfStream: false);
            if (read == 0)
            {
                if (_packed?.EndsClean() == false)
                {
                    throw new InputException(
                        "bytes that are not gzip follow the packed table; expected its end, zeros or another gzip file there: fetch it again, or "
                            + "unpack it and look.");
                }

                break;
            }

            filled += read;
            _unpacked += read;
            if (_packed is not null && _unpacked > FreelyUnpacked && _unpacked > MostUnpacked * _file.Position)
            {
                throw new InputException(
                    $"unpacks to more than {FreelyUnpacked >> 20} MiB and {MostUnpacked} times its packed size; expected a table: unpack it "
                        + "yourself if it is one.");
            }
        }

        if (buffer[..filled].Contains((byte)0))
        {
            throw new InputException("holds NUL bytes; expected text: save it as \"CSV UTF-8\" (UTF-16 needs its byte order mark).");
        }

        return filled;
    }

    public void Dispose()
    {
        _content.Dispose();
        _file.Dispose();
    }

    /// <summary>The first bytes; what is wrong with them is left to <see cref="Read"/> unless it is the packing.</summary>
    private int Guarded(string name, Span<byte> buffer)
    {
        try
        {
            return _content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException error)
        {
            throw new InputException($"{name}: {Damaged}", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException($"{name}: {NoUtf16}", error);
        }
    }
}
