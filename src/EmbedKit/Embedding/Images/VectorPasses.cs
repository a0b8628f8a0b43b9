using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EmbedKit.Embedding.Images;

/// <summary>The two passes of the resizer with vector instructions: integer sums in another order, so the same bytes as
/// <see cref="ScalarPasses"/>.</summary>
internal static unsafe class VectorPasses
{
    private const int Rows = 4;

    /// <inheritdoc cref="ScalarPasses.Horizontal"/>
    internal static void Horizontal(ReadOnlySpan<byte> source, int stride, int rowCount, ResizeWeights columns, Span<byte> output)
    {
        var width = columns.First.Length;
        var y = 0;
        fixed (byte* from = source)
        fixed (byte* to = output)
        {
            // A pixel is read as four bytes, of which the last is left unused: not where the source ends with the row.
            for (; y <= rowCount - Rows && (y + Rows) * stride < source.Length; y += Rows)
            {
                FourRows(from + (y * stride), stride, columns, to + (y * width * 3));
            }
        }

        ScalarPasses.Horizontal(source[(y * stride)..], stride, rowCount - y, columns, output[(y * width * 3)..]);
    }

    /// <summary>Four rows at once share each weight; the channels of a pixel are the lanes of a vector.</summary>
    private static void FourRows(byte* source, int stride, ResizeWeights columns, byte* output)
    {
        var width = columns.First.Length;
        for (var x = 0; x < width; x++)
        {
            var weights = columns.Of(x);
            var p = source + (columns.First[x] * 3);
            Vector128<int> a = Vector128.Create(ScalarPasses.Half), b = a, c = a, d = a;
            foreach (var value in weights)
            {
                var weight = Vector128.Create(value);
                a += Pixel(p) * weight;
                b += Pixel(p + stride) * weight;
                c += Pixel(p + (2 * stride)) * weight;
                d += Pixel(p + (3 * stride)) * weight;
                p += 3;
            }

            var pixels = Vector128.Narrow(Vector128.Narrow(Clip(a), Clip(b)), Vector128.Narrow(Clip(c), Clip(d))).AsUInt32();
            for (var r = 0; r < Rows; r++)
            {
                var target = output + (((r * width) + x) * 3);
                var pixel = pixels.GetElement(r);
                *(ushort*)target = (ushort)pixel;
                target[2] = (byte)(pixel >> 16);
            }
        }
    }

    private static Vector128<int> Pixel(byte* p) => Sse41.IsSupported
        ? Sse41.ConvertToVector128Int32(p)
        : Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)p).AsByte())).AsInt32();

    private static Vector128<uint> Clip(Vector128<int> sum) => Vector128.Min(
        Vector128.Max(Vector128.ShiftRightArithmetic(sum, ResizeWeights.FractionBits), Vector128<int>.Zero), Vector128.Create(255)).AsUInt32();

    /// <inheritdoc cref="ScalarPasses.Vertical"/>
    internal static void Vertical(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> output)
    {
        var x = 0;
        var half = new Vector<int>(ScalarPasses.Half);
        for (; x <= stride - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector<int> a = half, b = half, c = half, d = half;
            for (var k = 0; k < weights.Length; k++)
            {
                Vector.Widen(MemoryMarshal.Read<Vector<byte>>(source[((k * stride) + x)..]), out var low, out var high);
                Vector.Widen(low, out var v0, out var v1);
                Vector.Widen(high, out var v2, out var v3);
                var weight = new Vector<int>(weights[k]);
                a += Vector.AsVectorInt32(v0) * weight;
                b += Vector.AsVectorInt32(v1) * weight;
                c += Vector.AsVectorInt32(v2) * weight;
                d += Vector.AsVectorInt32(v3) * weight;
            }

            Vector.Narrow(Vector.Narrow(Clip(a), Clip(b)), Vector.Narrow(Clip(c), Clip(d))).CopyTo(output[x..]);
        }

        ScalarPasses.Vertical(source, stride, weights, output, x);
    }

    private static Vector<uint> Clip(Vector<int> sum) => Vector.AsVectorUInt32(
        Vector.Min(Vector.Max(Vector.ShiftRightArithmetic(sum, ResizeWeights.FractionBits), Vector<int>.Zero), new Vector<int>(255)));
}
