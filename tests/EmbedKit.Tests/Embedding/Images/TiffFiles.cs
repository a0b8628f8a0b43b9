using System.Buffers.Binary;

namespace EmbedKit.Tests.Embedding.Images;

/// <summary>Writes TIFFs by hand: either byte order, classic or big, with whatever entries a test wants.</summary>
internal sealed class TiffFiles(bool little, bool big)
{
    internal const int Width = 30, Height = 40;

    /// <summary>An uncompressed RGB picture of one strip, the directory in front of the pixels; entries replace or join the usual ones.</summary>
    internal byte[] Write(params (int Tag, int Type, ulong Count, ulong Value)[] changed)
    {
        var (pointer, size) = big ? (8, 20) : (4, 12);
        var entries = new SortedDictionary<int, (int Type, ulong Count, ulong Value)>
        {
            [256] = (3, 1, Width),
            [257] = (3, 1, Height),
            [258] = (3, 1, 8),
            [259] = (3, 1, 1),
            [262] = (3, 1, 2),
            [277] = (3, 1, 3),
            [278] = (3, 1, Height),
            [279] = (4, 1, Width * Height * 3),
        };
        foreach (var (tag, type, count, value) in changed)
        {
            entries[tag] = (type, count, value);
        }

        var start = (ulong)((big ? 16 : 8) + (big ? 8 : 2) + ((entries.Count + (entries.ContainsKey(273) ? 0 : 1)) * size) + pointer);
        if (!entries.ContainsKey(273))
        {
            entries[273] = (4, 1, start);
        }
        var file = new MemoryStream();
        void Number(ulong value, int bytes)
        {
            Span<byte> wide = stackalloc byte[8];
            if (little)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
                file.Write(wide[..bytes]);
            }
            else
            {
                BinaryPrimitives.WriteUInt64BigEndian(wide, value);
                file.Write(wide[^bytes..]);
            }
        }

        file.Write(little ? "II"u8 : "MM"u8);
        Number(big ? 43UL : 42UL, 2);
        if (big)
        {
            Number(8, 2);
            Number(0, 2);
        }

        Number(big ? 16UL : 8UL, pointer);
        Number((ulong)entries.Count, big ? 8 : 2);
        foreach (var (tag, (type, count, value)) in entries)
        {
            Number((ulong)tag, 2);
            Number((ulong)type, 2);
            Number(count, pointer);
            var bytes = type == 3 && count == 1 ? 2 : type == 4 && count == 1 ? 4 : pointer;
            Number(value, bytes);
            file.Write(new byte[pointer - bytes]);
        }

        Number(0, pointer);
        for (var i = 0; i < Width * Height * 3; i++)
        {
            file.WriteByte((byte)(1 + (i * 7 % 250)));
        }

        return file.ToArray();
    }
}
