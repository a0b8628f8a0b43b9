namespace EmbedKit.Embedding.Images;

/// <summary>A decoded 8-bit RGB image: <see cref="Pixels"/> holds Height×Width×3 bytes, row by row, channels interleaved.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps pixels; nothing is copied.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Height×Width×3 bytes.</param>
    /// <exception cref="ArgumentException">The length does not match the size.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != 3L * width * height)
        {
            throw new ArgumentException($"{width}×{height} RGB needs {3L * width * height} bytes, got {pixels.LongLength}.", nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Height×Width×3 bytes, row-major, RGB interleaved.</summary>
    public byte[] Pixels { get; }
}
