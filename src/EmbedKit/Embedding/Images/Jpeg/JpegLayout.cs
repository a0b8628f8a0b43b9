using EmbedKit.Data;

namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>The samples of one component within the buffer of all planes.</summary>
/// <param name="Component">The component.</param>
/// <param name="Divisors">64 divisors in zigzag order.</param>
/// <param name="Start">First byte.</param>
/// <param name="Stride">Bytes from one row to the next: a whole number of MCUs.</param>
/// <param name="Width">Samples of a row that belong to the image.</param>
/// <param name="Height">Rows that belong to the image.</param>
internal sealed record JpegPlane(JpegComponent Component, byte[] Divisors, int Start, int Stride, int Width, int Height)
{
    internal ReadOnlySpan<byte> Row(byte[] planes, int y) => planes.AsSpan(Start + (y * Stride), Width);
}

/// <summary>Where the MCUs of a frame go, and how its planes become pixels.</summary>
internal sealed class JpegLayout
{
    internal JpegLayout(JpegHeader header)
    {
        Header = header;
        var (across, down) = (header.Components[0].Across, header.Components[0].Down);
        McusAcross = Divide(header.Width, 8 * across);
        var rows = Divide(header.Height, 8 * down);
        McuCount = McusAcross * rows;
        Intervals = header.RestartInterval == 0 ? 1 : Divide(McuCount, header.RestartInterval);
        Planes = [.. header.Components.Select(c =>
        {
            var stride = McusAcross * 8 * c.Across;
            var start = Length;
            Length += stride * rows * 8 * c.Down;
            return new JpegPlane(c, header.Divisors(c), start, stride, Divide(header.Width * c.Across, across), Divide(header.Height * c.Down, down));
        })];
    }

    internal JpegHeader Header { get; }

    internal JpegPlane[] Planes { get; }

    internal int McusAcross { get; }

    internal int McuCount { get; }

    /// <summary>Restart intervals, at least 1.</summary>
    internal int Intervals { get; }

    /// <summary>Bytes of all planes.</summary>
    internal int Length { get; private set; }

    internal RgbImage ToRgb(byte[] planes)
    {
        var (width, height) = (Header.Width, Header.Height);
        var rgb = GC.AllocateUninitializedArray<byte>(3 * width * height);
        var (blue, red) = (new byte[width + 1], new byte[width + 1]);
        for (var y = 0; y < height; y++)
        {
            var output = rgb.AsSpan(3 * width * y, 3 * width);
            var luma = Planes[0].Row(planes, y);
            if (Planes.Length == 1)
            {
                for (var i = 0; i < output.Length; i++)
                {
                    output[i] = luma[i / 3];
                }
            }
            else if (Header.Components[0].Across == 1)
            {
                ColourRow.Convert(luma, Planes[1].Row(planes, y), Planes[2].Row(planes, y), output);
            }
            else
            {
                Chroma(planes, Planes[1], y, blue);
                Chroma(planes, Planes[2], y, red);
                ColourRow.Convert(luma, blue, red, output);
            }
        }

        return new(width, height, rgb);
    }

    private void Chroma(byte[] planes, JpegPlane plane, int y, byte[] output)
    {
        var halved = Header.Components[0].Down == 2;
        var near = halved ? y / 2 : y;
        if (plane.Width <= 2)
        {
            ChromaRow.Repeat(plane.Row(planes, near), output);
        }
        else if (halved)
        {
            var far = Math.Clamp(y % 2 == 0 ? near - 1 : near + 1, 0, plane.Height - 1);
            ChromaRow.Double(plane.Row(planes, near), plane.Row(planes, far), output);
        }
        else
        {
            ChromaRow.Double(plane.Row(planes, near), output);
        }
    }

    private static int Divide(int value, int by) => (value + by - 1) / by;
}
