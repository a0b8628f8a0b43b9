using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>
/// The inverse cosine transform of 8×8 blocks that libjpeg calls "islow" (Loeffler, Ligtenberg and Moschytz, 13-bit constants, columns
/// first, two fraction bits between the passes), bit for bit.
/// </summary>
internal static unsafe class InverseTransform
{
    private const int FractionBits = 13;
    private const int BetweenBits = 2;

    /// <summary>Transforms a block.</summary>
    /// <param name="block">64 coefficients times divisors.</param>
    /// <param name="output">Top left of the 8×8 samples.</param>
    /// <param name="stride">Bytes from one row of samples to the next.</param>
    /// <returns>False where libjpeg's 16-bit arithmetic could overflow, which no encoder's output makes it do.</returns>
    internal static bool Run(int* block, byte* output, int stride)
    {
        Vector256<int> v0 = Vector256.Load(block), v1 = Vector256.Load(block + 8), v2 = Vector256.Load(block + 16), v3 = Vector256.Load(block + 24);
        Vector256<int> v4 = Vector256.Load(block + 32), v5 = Vector256.Load(block + 40), v6 = Vector256.Load(block + 48), v7 = Vector256.Load(block + 56);
        var over = Over(v0) | Over(v1) | Over(v2) | Over(v3) | Over(v4) | Over(v5) | Over(v6) | Over(v7);
        Pass(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, FractionBits - BetweenBits);
        over |= Over(v0) | Over(v1) | Over(v2) | Over(v3) | Over(v4) | Over(v5) | Over(v6) | Over(v7);
        Transpose(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Pass(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, FractionBits + BetweenBits + 3);
        Transpose(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Store(v0, v1, output, stride);
        Store(v2, v3, output + (2 * stride), stride);
        Store(v4, v5, output + (4 * stride), stride);
        Store(v6, v7, output + (6 * stride), stride);
        return Vector256.EqualsAll(over & Vector256.Create(~0x7fff), Vector256<int>.Zero);
    }

    /// <summary>The block of one DC coefficient.</summary>
    /// <inheritdoc cref="Run"/>
    internal static bool RunFlat(int* block, byte* output, int stride)
    {
        var value = (byte)Math.Clamp((((block[0] << BetweenBits) + 16) >> (BetweenBits + 3)) + 128, 0, 255);
        for (var y = 0; y < 8; y++)
        {
            new Span<byte>(output + (y * stride), 8).Fill(value);
        }

        return block[0] is >= -4096 and < 4096;
    }

    /// <summary>Sets bits above the 15th where a value is not within ±2¹⁴: sums of two then stay within 16 bits.</summary>
    private static Vector256<int> Over(Vector256<int> value) => value + Vector256.Create(1 << 14);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(
        ref Vector256<int> v0, ref Vector256<int> v1, ref Vector256<int> v2, ref Vector256<int> v3,
        ref Vector256<int> v4, ref Vector256<int> v5, ref Vector256<int> v6, ref Vector256<int> v7, int shift)
    {
        var round = Vector256.Create(1 << (shift - 1));
        var z = (v2 + v6) * 4433;
        var (e2, e3) = (z - (v6 * 15137), z + (v2 * 6270));
        var e0 = Vector256.ShiftLeft(v0 + v4, FractionBits) + round;
        var e1 = Vector256.ShiftLeft(v0 - v4, FractionBits) + round;
        var (a0, a1, a2, a3) = (e0 + e3, e1 + e2, e1 - e2, e0 - e3);

        var z5 = (v7 + v3 + v5 + v1) * 9633;
        var (z1, z2) = ((v7 + v1) * -7373, (v5 + v3) * -20995);
        var (z3, z4) = (((v7 + v3) * -16069) + z5, ((v5 + v1) * -3196) + z5);
        var o0 = (v7 * 2446) + z1 + z3;
        var o1 = (v5 * 16819) + z2 + z4;
        var o2 = (v3 * 25172) + z2 + z3;
        var o3 = (v1 * 12299) + z1 + z4;

        (v0, v7) = (Vector256.ShiftRightArithmetic(a0 + o3, shift), Vector256.ShiftRightArithmetic(a0 - o3, shift));
        (v1, v6) = (Vector256.ShiftRightArithmetic(a1 + o2, shift), Vector256.ShiftRightArithmetic(a1 - o2, shift));
        (v2, v5) = (Vector256.ShiftRightArithmetic(a2 + o1, shift), Vector256.ShiftRightArithmetic(a2 - o1, shift));
        (v3, v4) = (Vector256.ShiftRightArithmetic(a3 + o0, shift), Vector256.ShiftRightArithmetic(a3 - o0, shift));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Vector256<int> v0, ref Vector256<int> v1, ref Vector256<int> v2, ref Vector256<int> v3,
        ref Vector256<int> v4, ref Vector256<int> v5, ref Vector256<int> v6, ref Vector256<int> v7)
    {
        if (!Avx2.IsSupported)
        {
            var rows = stackalloc Vector256<int>[] { v0, v1, v2, v3, v4, v5, v6, v7 };
            var turned = stackalloc Vector256<int>[8];
            for (var i = 0; i < 64; i++)
            {
                ((int*)turned)[i] = ((int*)rows)[(i % 8 * 8) + (i / 8)];
            }

            (v0, v1, v2, v3, v4, v5, v6, v7) = (turned[0], turned[1], turned[2], turned[3], turned[4], turned[5], turned[6], turned[7]);
            return;
        }

        Vector256<long> a0 = Avx2.UnpackLow(v0, v1).AsInt64(), a1 = Avx2.UnpackHigh(v0, v1).AsInt64(), a2 = Avx2.UnpackLow(v2, v3).AsInt64(), a3 = Avx2.UnpackHigh(v2, v3).AsInt64();
        Vector256<long> a4 = Avx2.UnpackLow(v4, v5).AsInt64(), a5 = Avx2.UnpackHigh(v4, v5).AsInt64(), a6 = Avx2.UnpackLow(v6, v7).AsInt64(), a7 = Avx2.UnpackHigh(v6, v7).AsInt64();
        Halves(Avx2.UnpackLow(a0, a2), Avx2.UnpackLow(a4, a6), out v0, out v4);
        Halves(Avx2.UnpackHigh(a0, a2), Avx2.UnpackHigh(a4, a6), out v1, out v5);
        Halves(Avx2.UnpackLow(a1, a3), Avx2.UnpackLow(a5, a7), out v2, out v6);
        Halves(Avx2.UnpackHigh(a1, a3), Avx2.UnpackHigh(a5, a7), out v3, out v7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector256<long> a, Vector256<long> b, out Vector256<int> low, out Vector256<int> high) =>
        (low, high) = (Avx2.Permute2x128(a, b, 0x20).AsInt32(), Avx2.Permute2x128(a, b, 0x31).AsInt32());

    /// <summary>Two rows, back around 128 and within 8 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> first, Vector256<int> second, byte* output, int stride)
    {
        var words = Vector256.NarrowWithSaturation(first, second) + Vector256.Create((short)128);
        var bytes = Vector128.NarrowWithSaturation(
            Vector128.Max(words.GetLower(), Vector128<short>.Zero).AsUInt16(), Vector128.Max(words.GetUpper(), Vector128<short>.Zero).AsUInt16()).AsUInt64();
        *(ulong*)output = bytes.ToScalar();
        *(ulong*)(output + stride) = bytes.GetElement(1);
    }
}
