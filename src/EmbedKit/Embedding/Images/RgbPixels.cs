using EmbedKit.Data;
using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Embedding.Images;

/// <summary>Takes the pixels out of a libvips image as 8-bit RGB.</summary>
internal static class RgbPixels
{
    /// <summary>Bytes taken at a time: what stays in the processor's cache on its way.</summary>
    private const int StripBytes = 1 << 16;

    /// <summary>JPEG gives its rows by eights.</summary>
    private const int RowsOfABlock = 8;

    /// <summary>Reads an image once from top to bottom.</summary>
    /// <param name="image">Grey, RGB or CMYK of 8 or 16 bits, with or without alpha.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InputException">Channels or samples of another kind.</exception>
    /// <exception cref="VipsException">The file is damaged.</exception>
    internal static RgbImage Read(Image image, string name)
    {
        switch (image.Format)
        {
            case Enums.BandFormat.Uchar:
                return new(image.Width, image.Height, Rgb(image, image.Interpretation, name));
            case Enums.BandFormat.Ushort:
                using (var eightBit = image.Msb())
                {
                    return new(image.Width, image.Height, Rgb(eightBit, image.Interpretation, name));
                }

            default:
                throw new InputException($"{name}: samples of type {image.Format}; expected 8 or 16 bits a channel.");
        }
    }

    private static byte[] Rgb(Image image, Enums.Interpretation interpretation, string name) => (interpretation, image.Bands) switch
    {
        (Enums.Interpretation.Bw or Enums.Interpretation.Grey16, 1 or 2) or (Enums.Interpretation.Multiband, 1) =>
            ChannelOrder.Grey(Stored(image), image.Bands),
        (Enums.Interpretation.Srgb or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16, 3) => Stored(image),
        (Enums.Interpretation.Srgb or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16, 4) => ChannelOrder.DropAlpha(Stored(image)),
        (Enums.Interpretation.Cmyk, 4) => ChannelOrder.Cmyk(Stored(image)),
        _ => throw new InputException($"{name}: {image.Bands} channels of {interpretation}; expected grey, RGB or CMYK."),
    };

    /// <summary>
    /// The pixels as they are, strip by strip on this thread: libvips's own way to memory hands each image to a thread of its pool and takes
    /// memory for all of it.
    /// </summary>
    private static byte[] Stored(Image image)
    {
        var (width, height, rowBytes) = (image.Width, image.Height, image.Width * image.Bands);
        var rows = Math.Max(1, StripBytes / rowBytes / RowsOfABlock) * RowsOfABlock;
        var pixels = GC.AllocateUninitializedArray<byte>(checked(rowBytes * height));
        using var region = Region.New(image);
        for (var top = 0; top < height; top += rows)
        {
            region.Fetch(0, top, width, Math.Min(rows, height - top)).CopyTo(pixels, top * rowBytes);
        }

        return pixels;
    }
}
