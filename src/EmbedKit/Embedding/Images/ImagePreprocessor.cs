using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// Turns an image into what an image model reads: resize, centre crop, rescale, normalise. The 8-bit stage equals Pillow and torchvision
/// bit for bit (long side <c>int(size·long/short)</c>, crop offset rounded half to even, padding where the crop is larger than the
/// image); the float stage is Hugging Face's <c>(float32(value·factor) − mean)/std</c>. Thread-safe.
/// </summary>
public sealed class ImagePreprocessor
{
    private readonly PreprocessorConfig _config;
    private readonly float[] _table = new float[3 * 256];

    /// <summary>Prepares the steps of a config.</summary>
    /// <param name="config">The steps.</param>
    /// <exception cref="InputException">They make no sense (<see cref="PreprocessorConfig.Validate"/>).</exception>
    public ImagePreprocessor(PreprocessorConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        _config = config;
        (Height, Width) = config.OutputSize;
        for (var i = 0; i < _table.Length; i++)
        {
            var (channel, value) = Math.DivRem(i, 256);
            _table[i] = ((float)(value * config.RescaleFactor) - (float)config.Mean[channel]) / (float)config.StandardDeviation[channel];
        }
    }

    /// <summary>Reads the config of a model folder, as <see cref="PreprocessorConfig.Read"/> does.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">As there.</exception>
    public static ImagePreprocessor Read(string folder) => new(PreprocessorConfig.Read(folder));

    /// <summary>Rows of the result.</summary>
    public int Height { get; }

    /// <summary>Columns of the result.</summary>
    public int Width { get; }

    /// <summary>Values of one result: 3 × <see cref="Height"/> × <see cref="Width"/>.</summary>
    public int Length => 3 * Height * Width;

    /// <summary>The steps in one line, for provenance.</summary>
    public string Description
    {
        get
        {
            var size = _config.FixedSize is { } f ? $"resize {f.Height}x{f.Width} {_config.Filter}"
                : _config.ShortestEdge is { } shortest ? $"resize shortest edge {shortest} {_config.Filter}"
                : _config.LongestEdge is { } longest ? $"resize longest edge {longest} {_config.Filter}"
                : "no resize";
            var crop = _config.CropSize is not { } c ? ""
                : $", center crop {c.Height}x{c.Width}" + (_config.CropFill == 0 ? "" : $" on {_config.CropFill}");
            var (mean, deviation) = (_config.Mean.Select(Invariant), _config.StandardDeviation.Select(Invariant));
            return FormattableString.Invariant(
                $"{size}{crop}, rescale {_config.RescaleFactor}, mean {string.Join(' ', mean)}, std {string.Join(' ', deviation)}");
        }
    }

    /// <summary>Preprocesses one image.</summary>
    /// <param name="image">The decoded image.</param>
    /// <returns>3×H×W values, channel by channel.</returns>
    public float[] Process(RgbImage image)
    {
        var values = new float[Length];
        Process(image, values);
        return values;
    }

    /// <summary>Preprocesses one image into a slot of a batch.</summary>
    /// <param name="image">The decoded image.</param>
    /// <param name="output">3×H×W values, channel by channel.</param>
    public void Process(RgbImage image, Span<float> output) => Normalize(ResizeAndCrop(image), output);

    /// <summary>The float stage alone.</summary>
    /// <param name="crop">What <see cref="ResizeAndCrop"/> gave.</param>
    /// <param name="output">3×H×W values, channel by channel.</param>
    public void Normalize(RgbImage crop, Span<float> output)
    {
        ArgumentNullException.ThrowIfNull(crop);
        if ((crop.Height, crop.Width) != (Height, Width))
        {
            throw new ArgumentException($"{crop.Height}×{crop.Width} pixels; expected {Height}×{Width}.", nameof(crop));
        }

        if (output.Length != Length)
        {
            throw new ArgumentException($"Room for {output.Length} values; expected 3×{Height}×{Width}.", nameof(output));
        }

        var pixels = crop.Pixels;
        var plane = Height * Width;
        var red = output[..plane];
        var green = output.Slice(plane, plane);
        var blue = output.Slice(2 * plane, plane);
        ReadOnlySpan<float> table = _table;
        for (int i = 0, p = 0; i < red.Length && i < green.Length && i < blue.Length; i++, p += 3)
        {
            red[i] = table[pixels[p]];
            green[i] = table[256 + pixels[p + 1]];
            blue[i] = table[512 + pixels[p + 2]];
        }
    }

    /// <summary>The 8-bit stage alone: what the float stage reads.</summary>
    /// <param name="image">The decoded image.</param>
    public RgbImage ResizeAndCrop(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (height, width) = ResizedSize(image);
        if (_config.CropSize is null)
        {
            return PillowResizer.Resize(image, width, height, _config.Filter);
        }

        var (top, left) = (CropOffset(height, Height), CropOffset(width, Width));
        var window = new PixelWindow(Math.Max(0, left), Math.Max(0, top), Math.Min(width, Width), Math.Min(height, Height));
        var cropped = PillowResizer.Resize(image, width, height, _config.Filter, window);
        return left < 0 || top < 0 ? Pad(cropped, Math.Max(0, -top), Math.Max(0, -left)) : cropped;
    }

    private (int Height, int Width) ResizedSize(RgbImage image)
    {
        if (_config.FixedSize is { } size)
        {
            return size;
        }

        var (shorter, longer) = (Math.Min(image.Height, image.Width), Math.Max(image.Height, image.Width));
        if (_config.LongestEdge is { } longest)
        {
            // As open_clip divides, so that halves round alike.
            var ratio = (double)longer / longest;
            int Side(int side) => Math.Max(1, (int)Math.Round(side / ratio, MidpointRounding.ToEven));
            return (Side(image.Height), Side(image.Width));
        }

        if (_config.ShortestEdge is not { } edge)
        {
            return (image.Height, image.Width);
        }

        var resized = (double)((long)edge * longer) / shorter;
        if (resized >= int.MaxValue)
        {
            throw new InputException(
                $"an image of {image.Width}×{image.Height} would be resized to {edge} by {resized:0}; expected sides less unequal.");
        }

        return image.Width <= image.Height ? ((int)resized, edge) : (edge, (int)resized);
    }

    /// <summary>Where the crop begins; negative when it is larger than the image, which is then padded on both sides, the odd pixel last.</summary>
    private static int CropOffset(int size, int crop) =>
        crop > size ? -((crop - size) / 2) : (int)Math.Round((size - crop) / 2.0, MidpointRounding.ToEven);

    private RgbImage Pad(RgbImage image, int top, int left)
    {
        var pixels = new byte[Length];
        pixels.AsSpan().Fill(_config.CropFill);
        for (var y = 0; y < image.Height; y++)
        {
            image.Pixels.AsSpan(y * image.Width * 3, image.Width * 3).CopyTo(pixels.AsSpan((((top + y) * Width) + left) * 3));
        }

        return new(Width, Height, pixels);
    }

    private static string Invariant(double value) => FormattableString.Invariant($"{value}");
}
