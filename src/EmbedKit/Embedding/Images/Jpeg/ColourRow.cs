using System.Runtime.Intrinsics;

namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>A row of luma and chroma as RGB, with libjpeg's 16-bit fixed-point constants.</summary>
internal static unsafe class ColourRow
{
    private const int Red = 91881;
    private const int Blue = 116130;
    private const int GreenOfRed = 46802;
    private const int GreenOfBlue = 22554;
    private const int Half = 1 << 15;

    /// <summary>Converts a row.</summary>
    /// <param name="luma">One sample a pixel, as the chroma.</param>
    /// <param name="blue">Blue difference.</param>
    /// <param name="red">Red difference.</param>
    /// <param name="rgb">Three bytes a pixel.</param>
    internal static void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blue, ReadOnlySpan<byte> red, Span<byte> rgb)
    {
        var width = rgb.Length / 3;
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            fixed (byte* y = luma, b = blue, r = red, to = rgb)
            {
                // 24 bytes are written with two stores of 16, the last 4 of each to be overwritten: so not at the row's end.
                for (; x + 10 <= width; x += 8)
                {
                    Eight(y + x, b + x, r + x, to + (3 * x));
                }
            }
        }

        for (; x < width; x++)
        {
            var (y, b, r) = (luma[x], blue[x] - 128, red[x] - 128);
            rgb[3 * x] = Clip(y + (((Red * r) + Half) >> 16));
            rgb[(3 * x) + 1] = Clip(y + (((-GreenOfBlue * b) - (GreenOfRed * r) + Half) >> 16));
            rgb[(3 * x) + 2] = Clip(y + (((Blue * b) + Half) >> 16));
        }
    }

    private static void Eight(byte* luma, byte* blue, byte* red, byte* rgb)
    {
        var (y, b, r) = (Widen(luma), Widen(blue) - Vector256.Create(128), Widen(red) - Vector256.Create(128));
        var half = Vector256.Create(Half);
        var pixels = Clip(y + Vector256.ShiftRightArithmetic((r * Red) + half, 16))
            | (Clip(y + Vector256.ShiftRightArithmetic((b * -GreenOfBlue) - (r * GreenOfRed) + half, 16)) << 8)
            | (Clip(y + Vector256.ShiftRightArithmetic((b * Blue) + half, 16)) << 16);
        var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 3, 3, 3);
        Vector128.Shuffle(pixels.GetLower().AsByte(), order).Store(rgb);
        Vector128.Shuffle(pixels.GetUpper().AsByte(), order).Store(rgb + 12);
    }

    private static Vector256<int> Widen(byte* samples)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)samples).AsByte());
        return Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)).AsInt32();
    }

    private static Vector256<int> Clip(Vector256<int> value) => Vector256.Min(Vector256.Max(value, Vector256<int>.Zero), Vector256.Create(255));

    private static byte Clip(int value) => (byte)Math.Clamp(value, 0, 255);
}
