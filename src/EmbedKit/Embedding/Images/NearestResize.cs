using EmbedKit.Data;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// Pillow's <c>resize(…, NEAREST)</c>: the pixel under each output pixel's centre. The centres are found by adding the step again and
/// again, as Pillow does, so that the same rounding errors pick the same pixels.
/// </summary>
internal static class NearestResize
{
    internal static RgbImage Resize(RgbImage image, int width, int height, PixelWindow part)
    {
        var (columns, rows) = (Sources(image.Width, width, part.X, part.Width), Sources(image.Height, height, part.Y, part.Height));
        var pixels = new byte[(long)part.Width * part.Height * 3];
        for (int y = 0, o = 0; y < part.Height; y++)
        {
            if (rows[y] == image.Height)
            {
                o += part.Width * 3; // The errors added up past the edge: Pillow leaves such pixels black.
                continue;
            }

            var row = image.Pixels.AsSpan(rows[y] * image.Width * 3, image.Width * 3);
            for (var x = 0; x < part.Width; x++, o += 3)
            {
                if (columns[x] < image.Width)
                {
                    row.Slice(columns[x] * 3, 3).CopyTo(pixels.AsSpan(o));
                }
            }
        }

        return new(part.Width, part.Height, pixels);
    }

    private static int[] Sources(int size, int resized, int from, int count)
    {
        var step = (double)size / resized;
        var (position, sources) = (step * 0.5, new int[count]);
        for (var i = 0; i < from + count; i++, position += step)
        {
            if (i >= from)
            {
                sources[i - from] = Math.Min((int)position, size);
            }
        }

        return sources;
    }
}
