using System.Buffers;
using System.Numerics;
using EmbedKit.Data;

namespace EmbedKit.Embedding.Images;

/// <summary>A rectangle of pixels within an image.</summary>
/// <param name="X">First column.</param>
/// <param name="Y">First row.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct PixelWindow(int X, int Y, int Width, int Height);

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does on 8-bit images, bit for bit: horizontal pass, rounded to 8 bits, then vertical pass, both
/// with 22-bit fixed-point weights. Only the window asked for is computed, so a resize followed by a crop costs only the crop.
/// </summary>
public static class PillowResizer
{
    /// <summary>Resizes, and crops when a window is given.</summary>
    /// <param name="image">The source.</param>
    /// <param name="width">Width of the whole resized image, at least 1.</param>
    /// <param name="height">Its height, at least 1.</param>
    /// <param name="filter">The kernel.</param>
    /// <param name="window">The part of the resized image to return; null is all of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1, or a window that is not inside the resized image.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResizeFilter filter = ResizeFilter.Bicubic, PixelWindow? window = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var part = window ?? new(0, 0, width, height);
        if (part.X < 0 || part.Y < 0 || part.Width < 1 || part.Height < 1 || part.X > width - part.Width || part.Y > height - part.Height)
        {
            throw new ArgumentOutOfRangeException(nameof(window), part, $"Not inside {width}×{height}.");
        }

        // An axis that keeps its size is copied, not filtered: Pillow skips that pass.
        var columns = width == image.Width ? null : new ResizeWeights(image.Width, width, part.X, part.Width, filter);
        var rows = height == image.Height ? null : new ResizeWeights(image.Height, height, part.Y, part.Height, filter);
        var firstRow = rows?.First[0] ?? part.Y;
        var rowCount = rows is null ? part.Height : rows.First[^1] + rows.Count[^1] - firstRow;
        var stride = part.Width * 3;
        if (rows is null)
        {
            var pixels = new byte[(long)stride * rowCount];
            Horizontal(image, firstRow, rowCount, part, columns, pixels);
            return new(part.Width, part.Height, pixels);
        }

        var between = ArrayPool<byte>.Shared.Rent(checked(stride * rowCount));
        try
        {
            Horizontal(image, firstRow, rowCount, part, columns, between);
            var pixels = new byte[(long)stride * part.Height];
            for (var y = 0; y < part.Height; y++)
            {
                Vertical(between.AsSpan((rows.First[y] - firstRow) * stride), stride, rows.Of(y), pixels.AsSpan(y * stride, stride));
            }

            return new(part.Width, part.Height, pixels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(between);
        }
    }

    private static void Horizontal(RgbImage image, int firstRow, int rowCount, PixelWindow part, ResizeWeights? columns, byte[] output)
    {
        for (var y = 0; y < rowCount; y++)
        {
            var source = image.Pixels.AsSpan((firstRow + y) * image.Width * 3, image.Width * 3);
            var target = output.AsSpan(y * part.Width * 3, part.Width * 3);
            if (columns is null)
            {
                source.Slice(part.X * 3, target.Length).CopyTo(target);
                continue;
            }

            for (var x = 0; x < part.Width; x++)
            {
                var weights = columns.Of(x);
                var samples = source.Slice(columns.First[x] * 3, weights.Length * 3);
                int red = 1 << (ResizeWeights.FractionBits - 1), green = red, blue = red;
                for (int k = 0, i = 0; k < weights.Length; k++, i += 3)
                {
                    var weight = weights[k];
                    red += samples[i] * weight;
                    green += samples[i + 1] * weight;
                    blue += samples[i + 2] * weight;
                }

                target[x * 3] = Clip(red);
                target[(x * 3) + 1] = Clip(green);
                target[(x * 3) + 2] = Clip(blue);
            }
        }
    }

    /// <summary>One output row as the weighted sum of source rows, all columns at once; the tail goes one by one, to the same bytes.</summary>
    private static void Vertical(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> output)
    {
        var x = 0;
        var half = new Vector<int>(1 << (ResizeWeights.FractionBits - 1));
        for (; x <= stride - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector<int> a = half, b = half, c = half, d = half;
            for (var k = 0; k < weights.Length; k++)
            {
                Vector.Widen(new Vector<byte>(source.Slice((k * stride) + x, Vector<byte>.Count)), out var low, out var high);
                Vector.Widen(low, out var v0, out var v1);
                Vector.Widen(high, out var v2, out var v3);
                var weight = new Vector<int>(weights[k]);
                a += Vector.AsVectorInt32(v0) * weight;
                b += Vector.AsVectorInt32(v1) * weight;
                c += Vector.AsVectorInt32(v2) * weight;
                d += Vector.AsVectorInt32(v3) * weight;
            }

            var bytes = Vector.Narrow(
                Vector.Narrow(Clip(a), Clip(b)),
                Vector.Narrow(Clip(c), Clip(d)));
            bytes.CopyTo(output[x..]);
        }

        for (; x < stride; x++)
        {
            var sum = 1 << (ResizeWeights.FractionBits - 1);
            for (var k = 0; k < weights.Length; k++)
            {
                sum += source[(k * stride) + x] * weights[k];
            }

            output[x] = Clip(sum);
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResizeWeights.FractionBits, 0, 255);

    private static Vector<uint> Clip(Vector<int> sum) => Vector.AsVectorUInt32(
        Vector.Min(Vector.Max(Vector.ShiftRightArithmetic(sum, ResizeWeights.FractionBits), Vector<int>.Zero), new Vector<int>(255)));
}
