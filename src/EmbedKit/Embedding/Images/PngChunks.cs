using System.Buffers.Binary;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// A PNG without what changes no pixel: texts, profiles, thumbnails. Some of it is compressed, and would be unpacked by libvips without a bound.
/// </summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;
    private const int LargestExif = 1 << 16;

    /// <summary>The file without its ancillary chunks but transparency and a small EXIF; the file itself where it has no others.</summary>
    /// <param name="file">The whole file; it is not changed. From a chunk on that is cut, it stays as it is.</param>
    internal static byte[] Essential(byte[] file)
    {
        var kept = new List<Range>();
        var (at, dropped) = (SignatureLength, false);
        while (at + 12 <= file.Length && BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)) is var length
            && length <= (uint)(file.Length - at - 12))
        {
            var type = file.AsSpan(at + 4, 4);
            var next = at + 12 + (int)length;
            var essential = (type[0] & 0x20) == 0 || type.SequenceEqual("tRNS"u8) || (type.SequenceEqual("eXIf"u8) && length <= LargestExif);
            dropped |= !essential;
            if (essential && kept is [.., var last] && last.End.Value == at)
            {
                kept[^1] = last.Start..next;
            }
            else if (essential)
            {
                kept.Add(at..next);
            }

            at = next;
        }

        if (!dropped)
        {
            return file;
        }

        var essentials = new MemoryStream(file.Length);
        essentials.Write(file, 0, SignatureLength);
        kept.ForEach(r => essentials.Write(file.AsSpan(r)));
        essentials.Write(file.AsSpan(at));
        return essentials.ToArray();
    }
}
