using System.Buffers.Binary;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// The first directory of a TIFF or BigTIFF, of either byte order: what libtiff would allocate or read for the first page, looked at before it
/// does. Later pages are cut off, since only the first is decoded and a chain of them may be long.
/// </summary>
internal sealed class TiffDirectory
{
    private const int WidthTag = 256, HeightTag = 257, BitsTag = 258, CompressionTag = 259, StripOffsets = 273, SamplesTag = 277, StripLengths = 279,
        TileWidth = 322, TileHeight = 323, TileOffsets = 324, TileLengths = 325;

    private const int NoCompression = 1;
    private const int MostPieces = 1 << 22;
    private readonly bool _little;
    private readonly bool _big;
    private readonly Dictionary<int, (int Size, ulong Count, ulong Start)> _entries = [];

    private TiffDirectory(bool little, bool big) => (_little, _big) = (little, big);

    /// <summary>Columns.</summary>
    internal long Width { get; private set; }

    /// <summary>Rows.</summary>
    internal long Height { get; private set; }

    /// <summary>Bytes of one decoded tile, or of one row where there are no tiles; what the decoder holds at least.</summary>
    internal long PieceBytes { get; private set; }

    /// <summary>Where the offset of the next page stands, or null where there is none.</summary>
    private int? Next { get; set; }

    /// <summary>Reads the directory; null where it is cut, or names pixels beyond the end of the file.</summary>
    internal static TiffDirectory? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
        {
            return null;
        }

        var little = file[0] == (byte)'I';
        var directory = new TiffDirectory(little, big: file[little ? 2 : 3] == 43);
        return directory.ReadEntries(file) && directory.ReadSizes(file) && directory.IsWhole(file) ? directory : null;
    }

    /// <summary>The file without its later pages; the file itself where there is one page.</summary>
    internal byte[] FirstPage(byte[] file)
    {
        if (Next is not { } next)
        {
            return file;
        }

        byte[] single = [.. file];
        single.AsSpan(next, _big ? 8 : 4).Clear();
        return single;
    }

    private bool ReadEntries(ReadOnlySpan<byte> file)
    {
        var (size, pointer) = _big ? (20, 8) : (12, 4);
        if (file.Length < 16 || Number(file, _big ? 8UL : 4UL, pointer) is not { } start || Number(file, start, _big ? 8 : 2) is not { } count
            || count > ushort.MaxValue)
        {
            return false;
        }

        var (first, total) = (start + (_big ? 8UL : 2UL), default(decimal));
        for (var at = first; at < first + (count * (ulong)size); at += (ulong)size)
        {
            if (Number(file, at, 2) is not { } tag || Number(file, at + 2, 2) is not { } type || Number(file, at + 4, pointer) is not { } values)
            {
                return false;
            }

            var bytes = type switch
            {
                1 or 2 or 6 or 7 => 1,
                3 or 8 => 2,
                4 or 9 or 11 or 13 => 4,
                5 or 10 or 12 or (>= 16 and <= 18) => 8,
                _ => 0, // libtiff skips what it does not know
            };
            var inline = at + 4 + (ulong)pointer;
            var outside = values > (ulong)pointer || values * (ulong)bytes > (ulong)pointer;
            if ((outside ? Number(file, inline, pointer) : inline) is not { } place)
            {
                return false;
            }

            _entries.TryAdd((int)tag, (bytes, values, place));
            total += (decimal)values * bytes;
        }

        var end = first + (count * (ulong)size);
        Next = Number(file, end, pointer) is > 0 ? (int)end : null;
        return total <= file.Length; // each entry's values stand in the file, and once
    }

    private bool ReadSizes(ReadOnlySpan<byte> file)
    {
        long Value(ReadOnlySpan<byte> bytes, int tag, long missing) =>
            !_entries.ContainsKey(tag) ? missing : At(bytes, tag, 0) is { } value && value <= int.MaxValue ? (long)value : -1;
        (Width, Height) = (Value(file, WidthTag, -1), Value(file, HeightTag, -1));
        var (bits, samples) = (Value(file, BitsTag, 1), Value(file, SamplesTag, 1));
        var (across, down) = (Value(file, TileWidth, Width), Value(file, TileHeight, 1));
        if (Width < 1 || Height < 1 || bits is < 1 or > 64 || samples is < 1 or > ushort.MaxValue || across < 1 || down < 1)
        {
            return false;
        }

        var piece = (decimal)across * down * samples * bits / 8;
        PieceBytes = piece > long.MaxValue ? long.MaxValue : (long)piece;
        return true;
    }

    /// <summary>
    /// Whether every strip or tile lies inside the file. Of uncompressed ones only the beginning must: libtiff reads as many bytes as there are
    /// pixels, whatever the length says, and reports when they end early.
    /// </summary>
    private bool IsWhole(ReadOnlySpan<byte> file)
    {
        var (offsets, lengths) = _entries.ContainsKey(TileOffsets) ? (TileOffsets, TileLengths) : (StripOffsets, StripLengths);
        if (!_entries.TryGetValue(offsets, out var pieces) || pieces.Count > MostPieces)
        {
            return false;
        }

        var compressed = _entries.ContainsKey(CompressionTag) && At(file, CompressionTag, 0) != NoCompression;
        var lengthCount = compressed && _entries.TryGetValue(lengths, out var entry) ? entry.Count : 0;
        for (var i = 0UL; i < pieces.Count; i++)
        {
            if (At(file, offsets, i) is not { } offset || offset >= (ulong)file.Length)
            {
                return false;
            }

            if (i < lengthCount && !(At(file, lengths, i) is { } length && length <= (ulong)file.Length - offset))
            {
                return false;
            }
        }

        return true;
    }

    private ulong? At(ReadOnlySpan<byte> file, int tag, ulong index)
    {
        var (size, count, start) = _entries[tag];
        return size > 0 && index < count ? Number(file, start + (index * (ulong)size), size) : null;
    }

    private ulong? Number(ReadOnlySpan<byte> file, ulong at, int size)
    {
        if (at > (ulong)file.Length || (ulong)size > (ulong)file.Length - at)
        {
            return null;
        }

        var bytes = file.Slice((int)at, size);
        return (size, _little) switch
        {
            (1, _) => bytes[0],
            (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
    }
}
