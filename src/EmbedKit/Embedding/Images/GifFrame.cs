using System.Buffers.Binary;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// The first frame of a GIF, made opaque: <c>convert("RGB")</c> shows the palette's colour where a pixel is transparent, libvips black, having
/// dropped the colour.
/// </summary>
internal static class GifFrame
{
    /// <summary>Gives the file without the first frame's transparency; the file itself when there is none.</summary>
    /// <param name="file">The whole file; it is not changed.</param>
    /// <param name="coversScreen">Whether the first frame fills the image, as far as can be told.</param>
    internal static byte[] Opaque(byte[] file, out bool coversScreen)
    {
        coversScreen = true;
        if (!file.AsSpan().StartsWith("GIF8"u8) || file.Length < 13)
        {
            return file;
        }

        var at = 13 + (file[10] >= 0x80 ? 3 << ((file[10] & 7) + 1) : 0);
        while (at + 9 < file.Length && file[at] == 0x21)
        {
            if (file[at + 1] == 0xf9 && file[at + 2] == 4 && (file[at + 3] & 1) != 0)
            {
                file = [.. file];
                file[at + 3] &= 0xfe;
            }

            for (at += 2; at < file.Length && file[at] != 0;)
            {
                at += file[at] + 1;
            }

            at++;
        }

        if (at + 9 < file.Length && file[at] == 0x2c)
        {
            int Word(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));
            coversScreen = (Word(at + 1), Word(at + 3), Word(at + 5), Word(at + 7)) == (0, 0, Word(6), Word(8));
        }

        return file;
    }
}
