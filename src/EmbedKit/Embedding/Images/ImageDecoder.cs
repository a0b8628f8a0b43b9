using EmbedKit.Data;
using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Embedding.Images;

/// <summary>How images are decoded.</summary>
public sealed record ImageDecoderOptions
{
    /// <summary>Largest width × height accepted, 1 … 700 million; checked on the header, before any pixel is decoded. Default 200 million.</summary>
    public long MaxPixels { get; init; } = ImageMemory.UsualPixels;

    /// <summary>Whether to rotate by the EXIF orientation. Default false: Pillow does not rotate either.</summary>
    public bool ApplyExifOrientation { get; init; }
}

/// <summary>
/// Decodes JPEG, PNG, WebP, TIFF and GIF to RGB, giving the pixels of Pillow's <c>Image.open(path).convert("RGB")</c>: told by content, not by
/// name; the first frame or page, a TIFF turned as its orientation says, other formats as they are stored; alpha dropped, grey repeated, palettes
/// looked up, CMYK and YCCK converted by Pillow's formula, colour profiles ignored. One difference: 16-bit grey is scaled to 8 bits where Pillow
/// clips. Thread-safe.
/// </summary>
public sealed class ImageDecoder
{
    private const long MostPixels = 700_000_000;

    // GIF packs one colour the closest of the formats that must spell pixels out, at 10,923 a byte: 4,096 for each code of 3 bits. What claims more
    // is cut or one colour all over, and a few bytes would take gigabytes. Small images may.
    private const long MostPixelsOfAByte = 11_000;
    private const long SmallPixels = 4_000_000;

    // A progressive JPEG has about ten; each goes over all its pixels, however few bytes it is.
    private const int MostScans = 100;

    // libtiff refuses a tag of 50 MB, which TiffDirectory has seen to lie in the file.
    private const string Unlimited = "unlimited";
    private readonly ImageDecoderOptions _options;

    static ImageDecoder()
    {
        // The job decodes many images at once, each on its caller's thread (RgbPixels); turning one upright takes one thread more. And nothing is
        // read twice, so a cache of decoded files would only grow memory.
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
    /// <exception cref="InputException">No such file, no regular file, not an image of a known format, truncated, or larger than the limits or the
    /// memory.</exception>
    public RgbImage Read(string path)
    {
        using var file = ImageFile.Read(path);
        return Decode(file.Bytes, path);
    }

    /// <summary>Decodes an image held in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    public RgbImage Decode(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var header = Header(bytes, name);
        using var share = ImageMemory.Pixels.Take(
            header.Held + (header.Pixels * ImageMemory.BytesPerPixel), $"{name}: {header.Width}×{header.Height}");
        try
        {
            // libvips calls a TIFF cut short an error, not truncated, and would give zeros.
            var isTiff = header.Format == ImageFormat.Tiff;
            using var image = Image.NewFromBuffer(
                FirstImage(bytes, name, header.Format), access: Enums.Access.Sequential, failOn: isTiff ? Enums.FailOn.Error : Enums.FailOn.Truncated,
                kwargs: isTiff ? new VOption { { Unlimited, true } } : null);
            CheckSize(image, name, header);

            // Pillow turns a TIFF as it loads it, and nothing else.
            if (!(_options.ApplyExifOrientation || isTiff) || !image.Contains("orientation") || image.Get("orientation") is 1)
            {
                return RgbPixels.Read(image, name);
            }

            using var held = image.CopyMemory();
            using var upright = held.Autorot();
            return RgbPixels.Read(upright, name);
        }
        catch (VipsException error)
        {
            throw Unreadable(name, Reason(error), error);
        }
    }

    /// <summary>The image squeezed to a small size, read at the coarsest scale its format stores: for looking, not for encoders, whose pixels must be
    /// exact.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="keepShape">Whether these are the most wanted, and the shape is kept.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    internal RgbImage DecodeSmall(byte[] bytes, string name, int width, int height, bool keepShape = false)
    {
        var header = Header(bytes, name);
        using var share = ImageMemory.Pixels.Take(header.Held, $"{name}: {header.Width}×{header.Height}");
        try
        {
            var first = FirstImage(bytes, name, header.Format);
            var isTiff = header.Format == ImageFormat.Tiff;
            using (var whole = Image.NewFromBuffer(
                first, access: Enums.Access.Sequential, kwargs: isTiff ? new VOption { { Unlimited, true } } : null))
            {
                CheckSize(whole, name, header);
            }

            using var small = Image.ThumbnailBuffer(
                first, width, isTiff ? $"[{Unlimited}]" : null, height, keepShape ? Enums.Size.Down : Enums.Size.Force, noRotate: !isTiff);
            return RgbPixels.Read(small, name);
        }
        catch (VipsException error)
        {
            throw Unreadable(name, Reason(error), error);
        }
    }

    /// <summary>What the file says of itself, within the limits.</summary>
    private ImageHeader Header(byte[] bytes, string name)
    {
        if (bytes.Length == 0)
        {
            throw new InputException($"{name}: zero bytes; expected an image file.");
        }

        var format = ImageHeader.FormatOf(bytes) ?? throw Unreadable(name, "no format this kit reads");
        var header = ImageHeader.Read(bytes, format) ?? throw Unreadable(name, "its header is cut short or broken");
        if (header.Pixels > SmallPixels && header.Pixels > MostPixelsOfAByte * bytes.Length)
        {
            throw new InputException(
                $"{name}: {header.Width}×{header.Height} pixels in {NumberText.Count(bytes.Length, "byte")} are {header.Pixels / bytes.Length:N0} "
                    + $"a byte; expected at most {MostPixelsOfAByte:N0}, or {SmallPixels:N0} in all, since such a file is cut short, or one colour "
                    + "all over and made to fill the memory. If it is an image, save it as PNG, or as TIFF without compression.");
        }

        return header.Pixels <= _options.MaxPixels ? header
            : throw new InputException(
                $"{name}: {header.Width}×{header.Height} is {header.Pixels} pixels; expected at most {_options.MaxPixels}. Shrink the image, or "
                    + "raise the limit.");
    }

    /// <summary>The file with nothing in it but its first image, so that what follows costs neither memory nor time.</summary>
    private static byte[] FirstImage(byte[] bytes, string name, ImageFormat format)
    {
        switch (format)
        {
            case ImageFormat.Png:
                return PngChunks.Essential(bytes);
            case ImageFormat.Tiff:
                return TiffDirectory.Read(bytes)!.FirstPage(bytes);
            case ImageFormat.Gif:
                bytes = GifFrame.FirstOpaque(bytes, out var coversScreen, out var isWhole);
                return !isWhole ? throw Unreadable(name, "its frames end early")
                    : coversScreen ? bytes
                    : throw new InputException($"{name}: a GIF whose first frame covers only a part of it; expected a frame of the image's size.");
            case ImageFormat.Jpeg when bytes.AsSpan().Count<byte>([0xff, 0xda]) > MostScans:
                throw Unreadable(name, $"more than {MostScans} scans");
            default:
                return bytes;
        }
    }

    private static InputException Unreadable(string name, string reason, VipsException? error = null) =>
        new($"{name}: not a readable image ({reason}); expected a complete JPEG, PNG, WebP, TIFF or GIF file.", error);

    private static string Reason(VipsException error) =>
        error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("no reason given");

    private static void CheckSize(Image image, string name, ImageHeader header)
    {
        // Memory was taken for the size in the header.
        if ((image.Width, image.Height) != (header.Width, header.Height))
        {
            throw Unreadable(name, $"{header.Width}×{header.Height} by its header, {image.Width}×{image.Height} to its decoder");
        }
    }
}
