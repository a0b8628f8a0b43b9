using System.Buffers;
using System.Runtime.Intrinsics;
using EmbedKit.Data;

namespace EmbedKit.Embedding.Images;

/// <summary>A rectangle of pixels within an image.</summary>
/// <param name="X">First column.</param>
/// <param name="Y">First row.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
internal readonly record struct PixelWindow(int X, int Y, int Width, int Height);

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does on 8-bit images, bit for bit: horizontal pass, rounded to 8 bits, then vertical pass, both
/// with 22-bit fixed-point weights. Only the window asked for is computed, so a resize followed by a crop costs only the crop; and only
/// the rows that one output row reads are held between the passes, so memory does not grow with the image's height.
/// </summary>
internal static class PillowResizer
{
    /// <summary>Resizes, and crops when a window is given.</summary>
    /// <param name="image">The source.</param>
    /// <param name="width">Width of the whole resized image, at least 1.</param>
    /// <param name="height">Its height, at least 1.</param>
    /// <param name="filter">The kernel.</param>
    /// <param name="window">The part of the resized image to return; null is all of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1, or a window that is not inside the resized image.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResizeFilter filter = ResizeFilter.Bicubic, PixelWindow? window = null) =>
        Resize(image, width, height, filter, window ?? new(0, 0, width, height), Vector128.IsHardwareAccelerated);

    /// <summary>The same, with vector instructions or without; both give the same bytes.</summary>
    internal static RgbImage Resize(RgbImage image, int width, int height, ResizeFilter filter, PixelWindow part, bool vectors)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (part.X < 0 || part.Y < 0 || part.Width < 1 || part.Height < 1 || part.X > width - part.Width || part.Y > height - part.Height)
        {
            throw new ArgumentOutOfRangeException(nameof(part), part, $"Not inside {width}×{height}.");
        }

        if (filter == ResizeFilter.Nearest && (width, height) != (image.Width, image.Height))
        {
            return NearestResize.Resize(image, width, height, part);
        }

        // An axis that keeps its size is copied, not filtered: Pillow skips that pass.
        var columns = width == image.Width ? null : new ResizeWeights(image.Width, width, part.X, part.Width, filter);
        var rows = height == image.Height ? null : new ResizeWeights(image.Height, height, part.Y, part.Height, filter);
        var pixels = GC.AllocateUninitializedArray<byte>(checked(part.Width * part.Height * 3));
        if (rows is null)
        {
            Horizontal(image, part.Y, part.Height, part, columns, pixels, vectors);
        }
        else
        {
            BothPasses(image, part, columns, rows, pixels, vectors);
        }

        return new(part.Width, part.Height, pixels);
    }

    private static void BothPasses(RgbImage image, PixelWindow part, ResizeWeights? columns, ResizeWeights rows, byte[] pixels, bool vectors)
    {
        var (stride, end) = (part.Width * 3, rows.First[^1] + rows.Count[^1]);
        var room = Math.Min(end - rows.First[0], (2 * rows.Taps) + 16);
        var band = ArrayPool<byte>.Shared.Rent(checked(room * stride));
        try
        {
            var (first, held) = (rows.First[0], 0);
            for (var y = 0; y < part.Height; y++)
            {
                var weights = rows.Of(y);
                if (rows.First[y] + weights.Length > first + held)
                {
                    // Keeps the rows still needed and fills the rest of the band.
                    var keep = Math.Max(0, first + held - rows.First[y]);
                    band.AsSpan((held - keep) * stride, keep * stride).CopyTo(band);
                    (first, held) = (rows.First[y], Math.Min(room, end - rows.First[y]));
                    Horizontal(image, first + keep, held - keep, part, columns, band.AsSpan(keep * stride), vectors);
                }

                var source = band.AsSpan((rows.First[y] - first) * stride);
                var target = pixels.AsSpan(y * stride, stride);
                if (vectors)
                {
                    VectorPasses.Vertical(source, stride, weights, target);
                }
                else
                {
                    ScalarPasses.Vertical(source, stride, weights, target, 0);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(band);
        }
    }

    private static void Horizontal(
        RgbImage image, int firstRow, int rowCount, PixelWindow part, ResizeWeights? columns, Span<byte> output, bool vectors)
    {
        var stride = image.Width * 3;
        var source = image.Pixels.AsSpan(firstRow * stride);
        if (columns is null)
        {
            var width = part.Width * 3;
            for (var y = 0; y < rowCount; y++)
            {
                source.Slice((y * stride) + (part.X * 3), width).CopyTo(output[(y * width)..]);
            }
        }
        else if (vectors)
        {
            VectorPasses.Horizontal(source, stride, rowCount, columns, output);
        }
        else
        {
            ScalarPasses.Horizontal(source, stride, rowCount, columns, output);
        }
    }
}
