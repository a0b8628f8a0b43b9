using System.Buffers;
using EmbedKit.Data;

namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>
/// Decodes ordinary JPEGs (baseline, Huffman, 8 bits, one scan; grey, or YCbCr at 4:4:4, 4:2:2 or 4:2:0) to the very bytes of libjpeg-turbo
/// with its defaults, in less time. Whatever is not ordinary, or not whole, gives null: libjpeg decides what becomes of it.
/// </summary>
internal static unsafe class BaselineJpeg
{
    /// <summary>The planes are held whole; larger images are libjpeg's, which goes row by row.</summary>
    private const int MostPixels = 16_000_000;

    /// <summary>Decodes a file held in memory.</summary>
    /// <param name="file">All its bytes.</param>
    /// <param name="mostPixels">Largest width × height.</param>
    /// <returns>The image, or null where it is not of the kind decoded here.</returns>
    internal static RgbImage? Decode(ReadOnlySpan<byte> file, long mostPixels = MostPixels)
    {
        if (JpegHeader.Read(file) is not { } header || (long)header.Width * header.Height > Math.Min(mostPixels, MostPixels))
        {
            return null;
        }

        var layout = new JpegLayout(header);
        var planes = ArrayPool<byte>.Shared.Rent(layout.Length);
        try
        {
            return Planes(file[header.ScanStart..], layout, planes) ? layout.ToRgb(planes) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(planes);
        }
    }

    private static bool Planes(ReadOnlySpan<byte> scan, JpegLayout layout, byte[] planes)
    {
        var intervals = new Range[layout.Intervals];
        var bytes = ArrayPool<byte>.Shared.Rent(scan.Length + (intervals.Length * EntropyDecoder.Padding));
        try
        {
            if (!EntropyData.Unstuff(scan, bytes, intervals))
            {
                return false;
            }

            for (var i = 0; i < intervals.Length; i++)
            {
                var first = i * layout.Header.RestartInterval;
                var next = i + 1 == intervals.Length ? layout.McuCount : first + layout.Header.RestartInterval;
                if (!Interval(bytes.AsSpan(intervals[i]), layout, first, next - first, planes))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static bool Interval(ReadOnlySpan<byte> bytes, JpegLayout layout, int first, int count, byte[] planes)
    {
        var block = stackalloc int[64];
        Span<int> previous = stackalloc int[layout.Planes.Length];
        previous.Clear();
        fixed (byte* samples = planes, from = bytes)
        {
            var data = new EntropyDecoder(from, bytes.Length - EntropyDecoder.Padding);
            for (var mcu = first; mcu < first + count; mcu++)
            {
                var (row, column) = Math.DivRem(mcu, layout.McusAcross);
                for (var c = 0; c < layout.Planes.Length; c++)
                {
                    var plane = layout.Planes[c];
                    for (var b = 0; b < plane.Component.Across * plane.Component.Down; b++)
                    {
                        var (down, across) = Math.DivRem(b, plane.Component.Across);
                        var y = ((row * plane.Component.Down) + down) * 8;
                        var x = ((column * plane.Component.Across) + across) * 8;
                        var output = samples + plane.Start + (y * plane.Stride) + x;
                        new Span<int>(block, 64).Clear();
                        var last = data.ReadBlock(plane.Component, plane.Divisors, ref previous[c], block);
                        if (last < 0 || !(last == 0 ? InverseTransform.RunFlat(block, output, plane.Stride) : InverseTransform.Run(block, output, plane.Stride)))
                        {
                            return false;
                        }
                    }
                }
            }

            return data.EndsWithData;
        }
    }
}
