using System.Buffers.Binary;

namespace EmbedKit.Embedding.Images;

/// <summary>The formats decoded, told by content.</summary>
internal enum ImageFormat
{
    Jpeg, Png, Gif, Webp, Tiff,
}

/// <summary>What an image file says of itself, read before any decoder sees it, so that nothing is allocated for a size that will be
/// refused.</summary>
/// <param name="Format">The format.</param>
/// <param name="Width">Columns; of a GIF its screen, of an animated WebP its canvas.</param>
/// <param name="Height">Rows.</param>
/// <param name="Held">Bytes that the decoder holds beside the rows it gives: all pixels, where it must know them before the first row is
/// known.</param>
internal readonly record struct ImageHeader(ImageFormat Format, long Width, long Height, long Held)
{
    // RGBA of 16 bits, or the coefficients of a progressive JPEG.
    private const int HeldPixel = 8;

    private ImageHeader(ImageFormat format, long width, long height, bool holdsWhole)
        : this(format, width, height, holdsWhole ? width * height * HeldPixel : 0)
    {
    }

    /// <summary>Width × height.</summary>
    internal long Pixels => Width * Height;

    /// <summary>The format by a file's first bytes, or null.</summary>
    internal static ImageFormat? FormatOf(ReadOnlySpan<byte> file) => file switch
    {
        [0xff, 0xd8, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, ..] => ImageFormat.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => ImageFormat.Gif,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        _ => file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? ImageFormat.Webp : null,
    };

    /// <summary>The header of a file, or null where it is cut or broken.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="format">Its format.</param>
    internal static ImageHeader? Read(ReadOnlySpan<byte> file, ImageFormat format)
    {
        ImageHeader? header = format switch
        {
            ImageFormat.Jpeg => Jpeg(file),
            ImageFormat.Png => Png(file),
            ImageFormat.Gif => file.Length >= 13
                ? new(format, BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]), true) : null,
            ImageFormat.Webp => Webp(file),
            _ => TiffDirectory.Read(file) is { } page
                ? new(format, page.Width, page.Height, Math.Max(page.PieceBytes, page.Width * page.Height * HeldPixel)) : null,
        };
        return header is { Width: > 0, Height: > 0 } ? header : null;
    }

    private static ImageHeader? Png(ReadOnlySpan<byte> file)
    {
        if (file.Length < 29 || !file[12..].StartsWith("IHDR"u8))
        {
            return null;
        }

        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));
        return width > 0 && height > 0 ? new(ImageFormat.Png, width, height, holdsWhole: file[28] != 0) : null;
    }

    /// <summary>The frame header of a JPEG, found as libjpeg finds it: what stands between markers is passed over.</summary>
    private static ImageHeader? Jpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at < file.Length;)
        {
            var marker = file[at..].IndexOf((byte)0xff);
            at = marker < 0 ? file.Length : at + marker;
            while (at < file.Length && file[at] == 0xff)
            {
                at++;
            }

            if (at + 8 > file.Length || file[at] is 0xd9 or 0xda)
            {
                return null;
            }

            switch (file[at++])
            {
                case 0 or 1 or (>= 0xd0 and <= 0xd8):
                    break;
                case >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc):
                    return new(
                        ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]),
                        BinaryPrimitives.ReadUInt16BigEndian(file[(at + 3)..]), file[at - 1] > 0xc1);
                default:
                    at += BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
                    break;
            }
        }

        return null;
    }

    private static ImageHeader? Webp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30)
        {
            return null;
        }

        static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        if (file[12..].StartsWith("VP8X"u8))
        {
            return new(ImageFormat.Webp, 1 + Three(file[24..]), 1 + Three(file[27..]), true);
        }

        if (file[12..].StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
            return new(ImageFormat.Webp, 1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff), true);
        }

        return file[12..].StartsWith("VP8 "u8)
            ? new(
                ImageFormat.Webp, BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3fff,
                BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3fff, true) : null;
    }
}
