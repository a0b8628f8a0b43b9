using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>Wire types of Thrift's compact protocol.</summary>
internal enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}

/// <summary>
/// Reads Thrift's compact protocol, in which Parquet writes its footer and page headers, as far as sizes and counts are concerned. Nothing is
/// allocated; what does not fit into the bytes is an <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int DeepestNesting = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    internal int Position { get; private set; }

    private readonly int Left => _bytes.Length - Position;

    /// <summary>The next field of a struct, or false at its end.</summary>
    /// <param name="field">Its number; give the number of the field before, 0 at first.</param>
    /// <param name="type">Its type.</param>
    internal bool Next(ref int field, out ThriftType type)
    {
        var head = Byte();
        type = (ThriftType)(head & 15);
        if (type == ThriftType.Stop)
        {
            return false;
        }

        field = head >> 4 is var step and not 0 ? field + step : (int)Zigzag();
        return true;
    }

    /// <summary>A whole number of up to 64 bits.</summary>
    internal long Number(ThriftType type) => type switch
    {
        ThriftType.Byte => (sbyte)Byte(),
        ThriftType.I16 or ThriftType.I32 or ThriftType.I64 => Zigzag(),
        _ => throw new InvalidDataException("no number where one belongs"),
    };

    /// <summary>How many elements follow.</summary>
    internal int Elements(ThriftType type, out ThriftType element)
    {
        if (type is not (ThriftType.List or ThriftType.Set))
        {
            throw new InvalidDataException("no list where one belongs");
        }

        var head = Byte();
        element = (ThriftType)(head & 15);
        var count = head >> 4 is var small and < 15 ? (ulong)small : Varint();

        // Each element takes a byte at least.
        return count <= (ulong)Left ? (int)count : throw new InvalidDataException(
            $"a list of {NumberText.Count((long)Math.Min(count, long.MaxValue), "element")} in {NumberText.Count(Left, "byte")}");
    }

    internal void Skip(ThriftType type, int depth = 0)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("fields nested without end");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Forward(1);
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                _ = Varint();
                break;
            case ThriftType.Double:
                Forward(sizeof(double));
                break;
            case ThriftType.Binary:
                Forward(Varint());
                break;
            case ThriftType.List or ThriftType.Set:
                for (var left = Elements(type, out var element); left > 0; left--)
                {
                    SkipElement(element, depth + 1);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth + 1);
                break;
            case ThriftType.Struct:
                for (var field = 0; Next(ref field, out var inner);)
                {
                    Skip(inner, depth + 1);
                }

                break;
            default:
                throw new InvalidDataException("a field of an unknown kind");
        }
    }

    private void SkipMap(int depth)
    {
        var count = Varint();
        if (count > (ulong)Left)
        {
            throw new InvalidDataException(
                $"a map of {NumberText.Count((long)Math.Min(count, long.MaxValue), "entry", "entries")} in {NumberText.Count(Left, "byte")}");
        }

        var types = count == 0 ? 0 : Byte();
        for (; count > 0; count--)
        {
            SkipElement((ThriftType)(types >> 4), depth);
            SkipElement((ThriftType)(types & 15), depth);
        }
    }

    /// <summary>Inside lists and maps a truth value takes a byte, where a field has it in its type.</summary>
    private void SkipElement(ThriftType type, int depth) => Skip(type is ThriftType.True or ThriftType.False ? ThriftType.Byte : type, depth);

    private void Forward(ulong count) => Position = count <= (ulong)Left ? Position + (int)count : throw Short();

    private byte Byte() => Left > 0 ? _bytes[Position++] : throw Short();

    private long Zigzag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number of more than 64 bits");
    }

    private static EndOfStreamException Short() => new("it is cut short");
}
