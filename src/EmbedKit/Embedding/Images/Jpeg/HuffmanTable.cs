namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>
/// A Huffman table made for speed: the next <see cref="LookupBits"/> bits give code, run and value at once where all of them fit, else
/// the code alone; longer codes are looked up by length.
/// </summary>
internal sealed class HuffmanTable
{
    internal const int LookupBits = 10;

    private readonly int[] _firstOver = new int[18];
    private readonly int[] _offset = new int[17];
    private readonly byte[] _symbols;

    private HuffmanTable(byte[] symbols) => _symbols = symbols;

    /// <summary>
    /// For each lookup: bits used in 0–7, run in 8–11, size in 12–15, value in 16–31. A value means that its bits are used too; a size that they
    /// follow; neither, that there is no value (end of block, or 16 zeros). Zero: the code is longer than the lookup.
    /// </summary>
    internal int[] Lookup { get; } = new int[1 << LookupBits];

    /// <summary>Builds a table, or gives null where the counts make no prefix code or a symbol is out of range.</summary>
    /// <param name="counts">Codes of each length, 1 … 16.</param>
    /// <param name="symbols">Symbols by code: for AC run and size, for DC size alone.</param>
    /// <param name="ac">Whether it is an AC table.</param>
    internal static HuffmanTable? Create(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols, bool ac)
    {
        var table = new HuffmanTable(symbols.ToArray());
        var (code, index) = (0, 0);
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            table._offset[length] = index - code;
            for (var n = 0; n < counts[length - 1]; n++, code++, index++)
            {
                // The code of all ones is reserved; libjpeg lets some pass, and shall have them.
                if (code + 1 >= 1 << length || (symbols[index] & 15) > (ac ? 10 : 11) || (!ac && symbols[index] > 11))
                {
                    return null;
                }

                if (length <= LookupBits)
                {
                    table.Fill(code, length, symbols[index]);
                }
            }

            table._firstOver[length] = code << (16 - length);
        }

        table._firstOver[17] = int.MaxValue;
        return table;
    }

    /// <summary>The entry of a code longer than the lookup, without its value; 0 where there is no such code.</summary>
    /// <param name="next">The next 16 bits.</param>
    internal int LongCode(int next)
    {
        var length = LookupBits + 1;
        while (next >= _firstOver[length])
        {
            length++;
        }

        return length > 16 ? 0 : Entry(_symbols[(next >> (16 - length)) + _offset[length]], length);
    }

    private static int Entry(byte symbol, int length) => length | ((symbol >> 4) << 8) | ((symbol & 15) << 12);

    private void Fill(int code, int length, byte symbol)
    {
        var (free, size) = (LookupBits - length, symbol & 15);
        var entries = Lookup.AsSpan(code << free, 1 << free);
        if (size == 0 || size > free)
        {
            entries.Fill(Entry(symbol, length));
            return;
        }

        var each = 1 << (free - size);
        for (var value = 0; value < 1 << size; value++)
        {
            entries.Slice(value * each, each).Fill((length + size) | ((symbol >> 4) << 8) | (Extend(value, size) << 16));
        }
    }

    /// <summary>The number that <paramref name="size"/> bits mean: those with a leading 0 are negative.</summary>
    internal static int Extend(int bits, int size) => bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}
