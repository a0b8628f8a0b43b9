using EmbedKit.Data;
using EmbedKit.Embedding.Images.Jpeg;
using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Embedding.Images;

/// <summary>How images are decoded.</summary>
public sealed record ImageDecoderOptions
{
    /// <summary>Largest width × height accepted, 1 … 700 million; checked on the header, before any pixel is decoded. Default 200 million.</summary>
    public long MaxPixels { get; init; } = 200_000_000;

    /// <summary>Whether to rotate by the EXIF orientation. Default false: Pillow does not rotate either.</summary>
    public bool ApplyExifOrientation { get; init; }
}

/// <summary>
/// Decodes JPEG, PNG, WebP, TIFF and GIF to RGB, giving the pixels of Pillow's <c>Image.open(path).convert("RGB")</c>: told by content, not by
/// name; the first frame or page; alpha dropped, grey repeated, palettes looked up, CMYK and YCCK converted by Pillow's formula, colour
/// profiles ignored. One difference: 16-bit grey is scaled to 8 bits where Pillow clips. Thread-safe.
/// </summary>
public sealed class ImageDecoder
{
    private const long MostPixels = 700_000_000;
    private static readonly string[] Formats = ["jpeg", "png", "webp", "tiff", "gif"];
    private readonly ImageDecoderOptions _options;

    static ImageDecoder()
    {
        // The job decodes many images at once, so one image needs no threads of its own; and nothing is read twice, so a cache of decoded
        // files would only grow memory.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;

        // What libvips would print on standard error comes back as the exception's message.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { });
    }

    /// <summary>Makes a decoder.</summary>
    /// <param name="options">Limits; null takes the defaults.</param>
    /// <exception cref="InputException">The pixel limit is out of range.</exception>
    public ImageDecoder(ImageDecoderOptions? options = null)
    {
        _options = options ?? new();
        if (_options.MaxPixels is < 1 or > MostPixels)
        {
            throw new InputException($"{nameof(ImageDecoderOptions.MaxPixels)} is {_options.MaxPixels}; expected 1 to {MostPixels}.");
        }
    }

    /// <summary>Reads an image file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">No such file, zero bytes, not an image of a known format, truncated, or too many pixels.</exception>
    public RgbImage Read(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({error.Message.ReplaceLineEndings(" ")}); expected an image file.", error);
        }
    }

    /// <summary>Decodes an image held in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    public RgbImage Decode(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length == 0)
        {
            throw new InputException($"{name}: zero bytes; expected an image file.");
        }

        // libjpeg through libvips would give the same bytes, later.
        if (!_options.ApplyExifOrientation && BaselineJpeg.Decode(bytes, _options.MaxPixels) is { } ordinary)
        {
            return ordinary;
        }

        return DecodeByVips(bytes, name);
    }

    /// <summary>The same without the kit's own JPEG decoder.</summary>
    internal RgbImage DecodeByVips(byte[] bytes, string name)
    {
        bytes = GifFrame.Opaque(bytes, out var whole);
        if (!whole)
        {
            throw new InputException($"{name}: a GIF whose first frame covers only a part of it; expected a frame of the image's size.");
        }

        // libvips calls a TIFF cut short an error, not truncated, and would give zeros.
        var isTiff = bytes.AsSpan().StartsWith("II*\0"u8) || bytes.AsSpan().StartsWith("MM\0*"u8);
        try
        {
            using var image = Image.NewFromBuffer(
                bytes, access: _options.ApplyExifOrientation ? Enums.Access.Random : Enums.Access.Sequential, failOn: isTiff ? Enums.FailOn.Error : Enums.FailOn.Truncated);
            CheckHeader(image, name);
            if (!_options.ApplyExifOrientation)
            {
                return ToRgb(image, name);
            }

            using var upright = image.Autorot();
            return ToRgb(upright, name);
        }
        catch (VipsException error)
        {
            throw Unreadable(name, error);
        }
    }

    /// <summary>The image squeezed to a small size, read at the coarsest scale its format stores: for looking, not for encoders, whose pixels must be exact.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="keepShape">Whether these are the most wanted, and the shape is kept.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    internal RgbImage DecodeSmall(byte[] bytes, string name, int width, int height, bool keepShape = false)
    {
        if (bytes.Length == 0)
        {
            throw new InputException($"{name}: zero bytes; expected an image file.");
        }

        try
        {
            using (var header = Image.NewFromBuffer(bytes, access: Enums.Access.Sequential))
            {
                CheckHeader(header, name);
            }

            using var small = Image.ThumbnailBuffer(bytes, width, height: height, size: keepShape ? Enums.Size.Down : Enums.Size.Force, noRotate: true);
            return ToRgb(small, name);
        }
        catch (VipsException error)
        {
            throw Unreadable(name, error);
        }
    }

    private static InputException Unreadable(string name, VipsException error)
    {
        var reason = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("no reason given");
        return new($"{name}: not a readable image ({reason}); expected a complete JPEG, PNG, WebP, TIFF or GIF file.", error);
    }

    private void CheckHeader(Image image, string name)
    {
        var loader = image.Get("vips-loader") as string ?? "unknown";
        if (!Formats.Any(f => loader.StartsWith(f, StringComparison.Ordinal)))
        {
            throw new InputException($"{name}: image format '{loader}' is not supported; expected JPEG, PNG, WebP, TIFF or GIF.");
        }

        var pixels = (long)image.Width * image.Height;
        if (pixels > _options.MaxPixels)
        {
            throw new InputException($"{name}: {image.Width}×{image.Height} is {pixels} pixels; expected at most {_options.MaxPixels}. Shrink the image, or raise the limit.");
        }
    }

    private static RgbImage ToRgb(Image image, string name)
    {
        using var eightBit = image.Format switch
        {
            Enums.BandFormat.Uchar => image.Copy(),
            Enums.BandFormat.Ushort => image.Msb(),
            _ => throw new InputException($"{name}: samples of type {image.Format}; expected 8 or 16 bits a channel."),
        };
        var pixels = (image.Interpretation, eightBit.Bands) switch
        {
            (Enums.Interpretation.Bw or Enums.Interpretation.Grey16, 1 or 2) or (Enums.Interpretation.Multiband, 1) => ChannelOrder.Grey(Raw(eightBit), eightBit.Bands),
            (Enums.Interpretation.Srgb or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16, 3) => Raw(eightBit),
            (Enums.Interpretation.Srgb or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16, 4) => ChannelOrder.DropAlpha(Raw(eightBit)),
            (Enums.Interpretation.Cmyk, 4) => ChannelOrder.Cmyk(Raw(eightBit)),
            _ => throw new InputException($"{name}: {eightBit.Bands} channels of {image.Interpretation}; expected grey, RGB or CMYK."),
        };
        return new(image.Width, image.Height, pixels);
    }

    private static byte[] Raw(Image image) => image.WriteToMemory<byte>();
}
