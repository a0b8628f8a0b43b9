using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>Reads blocks from one restart interval whose stuffed zeros are gone.</summary>
internal unsafe ref struct EntropyDecoder
{
    /// <summary>Bytes that must follow the data, since bits are read eight bytes at a time.</summary>
    internal const int Padding = 16;

    /// <summary>Natural order of the coefficients, and 63 for runs that lead past the block.</summary>
    private static readonly byte[] Zigzag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private readonly byte* _end;
    private byte* _next;
    private ulong _bits;
    private int _count;

    /// <summary>Starts an interval.</summary>
    /// <param name="data">Its bytes, and <see cref="Padding"/> more; pinned.</param>
    /// <param name="length">How many, without the padding.</param>
    internal EntropyDecoder(byte* data, int length)
    {
        _next = data;
        _end = data + length;
    }

    /// <summary>Whether exactly the interval's bytes were used, the last of them perhaps in part.</summary>
    internal readonly bool EndsWithData => (((_next - _end) * 8) - _count) is > -8 and <= 0;

    /// <summary>Reads one block, its coefficients multiplied by their divisors, in natural order.</summary>
    /// <param name="component">Its tables.</param>
    /// <param name="divisors">64 divisors in zigzag order.</param>
    /// <param name="previous">The component's last DC value, which this block's takes the place of.</param>
    /// <param name="block">64 zeros to be filled.</param>
    /// <returns>Index of the last coefficient that is not zero, or −1 where the data make no sense.</returns>
    internal int ReadBlock(JpegComponent component, ReadOnlySpan<byte> divisors, ref int previous, int* block)
    {
        // Locals, since fields of this would go through memory at every bit.
        var next = _next;
        var (bits, count) = (_bits, _count);
        if (next > _end + 8)
        {
            return -1;
        }

        Refill(ref next, ref bits, ref count);
        var (table, last) = (component.Dc!, 0);
        var entry = Entry(table, bits);
        if (entry == 0)
        {
            return -1;
        }

        Drop(entry & 0xff, ref bits, ref count);
        var value = entry >> 16;
        var size = (entry >> 12) & 15;
        if (size > 0)
        {
            value = HuffmanTable.Extend((int)(bits >> (64 - size)), size);
            Drop(size, ref bits, ref count);
        }

        previous += value;
        block[0] = previous * divisors[0];
        table = component.Ac!;
        fixed (int* lookup = table.Lookup)
        fixed (byte* zigzag = Zigzag, factors = divisors)
        {
            for (var k = 1; k < 64; k++)
            {
                if (count < 32)
                {
                    if (next > _end + 8)
                    {
                        return -1;
                    }

                    Refill(ref next, ref bits, ref count);
                }

                entry = lookup[bits >> (64 - HuffmanTable.LookupBits)];
                if (entry == 0 && (entry = table.LongCode((int)(bits >> 48))) == 0)
                {
                    return -1;
                }

                Drop(entry & 0xff, ref bits, ref count);
                value = entry >> 16;
                if (value == 0)
                {
                    size = (entry >> 12) & 15;
                    if (size == 0)
                    {
                        if ((entry & 0xf00) != 0xf00)
                        {
                            break;
                        }

                        k += 15;
                        continue;
                    }

                    value = HuffmanTable.Extend((int)(bits >> (64 - size)), size);
                    Drop(size, ref bits, ref count);
                }

                k += (entry >> 8) & 15;
                if (k > 63)
                {
                    return -1;
                }

                block[zigzag[k]] = value * factors[k];
                last = k;
            }
        }

        _next = next;
        (_bits, _count) = (bits, count);
        return last;
    }

    private static int Entry(HuffmanTable table, ulong bits)
    {
        var entry = table.Lookup[bits >> (64 - HuffmanTable.LookupBits)];
        return entry != 0 ? entry : table.LongCode((int)(bits >> 48));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Drop(int used, ref ulong bits, ref int count)
    {
        bits <<= used;
        count -= used;
    }

    /// <summary>Tops the bits up to at least 56. It may read up to <see cref="Padding"/> zeros past the end, of which <see cref="EndsWithData"/> tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ref byte* next, ref ulong bits, ref int count)
    {
        bits |= BinaryPrimitives.ReverseEndianness(*(ulong*)next) >> count;
        next += (63 - count) >> 3;
        count |= 56;
    }
}
