using System.Buffers.Binary;

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

    private readonly ReadOnlySpan<byte> _data;
    private int _position;
    private ulong _bits;
    private int _count;

    /// <summary>Starts an interval.</summary>
    /// <param name="data">Its bytes, and <see cref="Padding"/> more.</param>
    internal EntropyDecoder(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Whether exactly the interval's bytes were used, the last of them perhaps in part.</summary>
    internal readonly bool EndsWithData => (((_position * 8) - _count) + 7) / 8 == _data.Length - Padding;

    /// <summary>Reads one block, its coefficients multiplied by their divisors, in natural order.</summary>
    /// <param name="component">Its tables.</param>
    /// <param name="divisors">64 divisors in zigzag order.</param>
    /// <param name="previous">The component's last DC value, which this block's takes the place of.</param>
    /// <param name="block">64 zeros to be filled.</param>
    /// <returns>Index of the last coefficient that is not zero, or −1 where the data make no sense.</returns>
    internal int ReadBlock(JpegComponent component, ReadOnlySpan<byte> divisors, ref int previous, int* block)
    {
        Refill();
        var entry = Next(component.Dc!);
        if (entry == 0)
        {
            return -1;
        }

        previous += Value(entry);
        block[0] = previous * divisors[0];
        var (table, last) = (component.Ac!, 0);
        fixed (int* lookup = table.Lookup)
        fixed (byte* zigzag = Zigzag, factors = divisors)
        {
            for (var k = 1; k < 64; k++)
            {
                if (_count < 32)
                {
                    Refill();
                    if (_position > _data.Length)
                    {
                        return -1;
                    }
                }

                entry = lookup[_bits >> (64 - HuffmanTable.LookupBits)];
                if (entry == 0 && (entry = table.LongCode((int)(_bits >> 48))) == 0)
                {
                    return -1;
                }

                Drop(entry & 0xff);
                var value = entry >> 16;
                if (value == 0)
                {
                    var size = (entry >> 12) & 15;
                    if (size == 0)
                    {
                        if ((entry & 0xf00) != 0xf00)
                        {
                            break;
                        }

                        k += 15;
                        continue;
                    }

                    value = HuffmanTable.Extend((int)(_bits >> (64 - size)), size);
                    Drop(size);
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

        return last;
    }

    private int Next(HuffmanTable table)
    {
        var entry = table.Lookup[_bits >> (64 - HuffmanTable.LookupBits)];
        entry = entry != 0 ? entry : table.LongCode((int)(_bits >> 48));
        Drop(entry & 0xff);
        return entry;
    }

    private int Value(int entry)
    {
        var size = (entry >> 12) & 15;
        if (size == 0)
        {
            return entry >> 16;
        }

        var value = HuffmanTable.Extend((int)(_bits >> (64 - size)), size);
        Drop(size);
        return value;
    }

    private void Drop(int bits)
    {
        _bits <<= bits;
        _count -= bits;
    }

    /// <summary>Tops the bits up to at least 56; past the end there are zeros, which the caller notices by the position.</summary>
    private void Refill()
    {
        if (_position + 8 <= _data.Length)
        {
            _bits |= BinaryPrimitives.ReadUInt64BigEndian(_data[_position..]) >> _count;
        }

        _position += (63 - _count) >> 3;
        _count |= 56;
    }
}
