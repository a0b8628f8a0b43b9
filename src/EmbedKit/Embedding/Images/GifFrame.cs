using System.Buffers.Binary;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// The first frame of a GIF, made opaque: <c>convert("RGB")</c> shows the palette's colour where a pixel is transparent, libvips black, having
/// dropped the colour. Later frames are cut off, since libvips looks through them all and keeps a note of each.
/// </summary>
internal static class GifFrame
{
    private const byte Extension = 0x21, Frame = 0x2c, Trailer = 0x3b, FrameControl = 0xf9;

    /// <summary>Gives the file with the first frame alone and without its transparency; the file itself where nothing of that is to do.</summary>
    /// <param name="file">The whole file; it is not changed.</param>
    /// <param name="coversScreen">Whether the first frame fills the image, as far as can be told.</param>
    /// <param name="isWhole">Whether the blocks go on to the end of the file.</param>
    internal static byte[] FirstOpaque(byte[] file, out bool coversScreen, out bool isWhole)
    {
        (coversScreen, isWhole) = (true, false);
        var at = 13 + (file[10] >= 0x80 ? 3 << ((file[10] & 7) + 1) : 0);
        int? control = null, end = null;
        while (at < file.Length && file[at] is Extension or Frame)
        {
            var start = at;
            if (file[at] == Extension)
            {
                control = end is null && at + 3 < file.Length && file[at + 1] == FrameControl && file[at + 2] == 4 && (file[at + 3] & 1) != 0
                    ? at + 3 : control;
                at = AfterBlocks(file, at + 2);
                continue;
            }

            if (at + 10 > file.Length)
            {
                return file;
            }

            int Word(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));
            coversScreen = end is null ? (Word(at + 1), Word(at + 3), Word(at + 5), Word(at + 7)) == (0, 0, Word(6), Word(8)) : coversScreen;
            at = AfterBlocks(file, at + 11 + (file[at + 9] >= 0x80 ? 3 << ((file[at + 9] & 7) + 1) : 0));
            end ??= at;
        }

        isWhole = end is not null && at <= file.Length && (at == file.Length || file[at] == Trailer);
        if (!isWhole || (control is null && at == end))
        {
            return file;
        }

        byte[] first = [.. file.AsSpan(0, end!.Value), Trailer];
        if (control is { } place)
        {
            first[place] &= 0xfe;
        }

        return first;
    }

    /// <summary>Where a chain of data blocks ends; beyond the file where it does not.</summary>
    private static int AfterBlocks(byte[] file, int at)
    {
        while (at < file.Length && file[at] != 0)
        {
            at += file[at] + 1;
        }

        return at + 1;
    }
}
