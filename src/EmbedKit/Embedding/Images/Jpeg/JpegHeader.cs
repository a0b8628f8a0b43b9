using System.Buffers.Binary;

namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>One colour component of a baseline JPEG: sampling factors, quantisation table and Huffman tables.</summary>
internal sealed record JpegComponent(byte Id, int Across, int Down, byte Quantisation)
{
    internal HuffmanTable? Dc { get; set; }

    internal HuffmanTable? Ac { get; set; }
}

/// <summary>
/// The segments of a JPEG up to its scan, by ITU-T T.81. Only what <see cref="BaselineJpeg"/> decodes is read; for all else
/// <see cref="Read"/> gives null, and libjpeg has the word.
/// </summary>
internal sealed class JpegHeader
{
    private readonly byte[][] _quantisation = new byte[4][];
    private readonly HuffmanTable?[] _tables = new HuffmanTable?[8];
    private bool _jfif;
    private int _adobe = -1;

    internal int Width { get; private set; }

    internal int Height { get; private set; }

    internal JpegComponent[] Components { get; private set; } = [];

    /// <summary>MCUs between restart markers; 0 is none.</summary>
    internal int RestartInterval { get; private set; }

    /// <summary>Where the entropy-coded data begin.</summary>
    internal int ScanStart { get; private set; }

    /// <summary>The 64 divisors of a component, in zigzag order.</summary>
    internal byte[] Divisors(JpegComponent component) => _quantisation[component.Quantisation];

    /// <summary>Reads the segments, or gives null where they are broken or of a kind not handled here.</summary>
    internal static JpegHeader? Read(ReadOnlySpan<byte> file)
    {
        var header = new JpegHeader();
        if (file is not [0xff, 0xd8, ..])
        {
            return null;
        }

        for (var at = 2; at + 4 <= file.Length && file[at] == 0xff;)
        {
            var (marker, length) = (file[at + 1], BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]));
            if (length < 2 || at + 2 + length > file.Length)
            {
                return null;
            }

            var body = file.Slice(at + 4, length - 2);
            at += 2 + length;
            switch (marker)
            {
                case 0xda:
                    header.ScanStart = at;
                    return header.Scan(body) ? header : null;
                case 0xc0 or 0xc1 when header.Components.Length == 0 && header.Frame(body):
                case 0xc4 when header.Huffman(body):
                case 0xdb when header.Quantisation(body):
                case > 0xe0 and not 0xee and <= 0xef or 0xfe:
                    break;
                case 0xdd when body.Length == 2:
                    header.RestartInterval = BinaryPrimitives.ReadUInt16BigEndian(body);
                    break;
                case 0xe0:
                    header._jfif |= body.StartsWith("JFIF\0"u8);
                    break;
                case 0xee:
                    header._adobe = body.StartsWith("Adobe"u8) && body.Length >= 12 ? body[11] : header._adobe;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private bool Frame(ReadOnlySpan<byte> body)
    {
        if (body.Length < 6 || body[0] != 8 || body[5] is not (1 or 3) || body.Length != 6 + (3 * body[5]))
        {
            return false;
        }

        (Height, Width) = (BinaryPrimitives.ReadUInt16BigEndian(body[1..]), BinaryPrimitives.ReadUInt16BigEndian(body[3..]));
        Components = new JpegComponent[body[5]];
        for (var i = 0; i < Components.Length; i++)
        {
            var part = body.Slice(6 + (3 * i), 3);
            Components[i] = new(part[0], part[1] >> 4, part[1] & 15, part[2]);
        }

        // 4:4:4, 4:2:2 and 4:2:0; chroma always once an MCU.
        return Width > 0 && Height > 0 && Components.All(c => c.Quantisation < 4) && Components.Skip(1).All(c => (c.Across, c.Down) == (1, 1))
            && (Components[0].Across, Components[0].Down) is (1, 1) or (2, 1) or (2, 2) && (Components.Length == 3 || Components[0].Across == 1);
    }

    private bool Huffman(ReadOnlySpan<byte> body)
    {
        while (body.Length >= 17)
        {
            var (place, count) = (body[0], 0);
            foreach (var n in body.Slice(1, 16))
            {
                count += n;
            }

            if ((place & 0xec) != 0 || count > 256 || body.Length < 17 + count
                || HuffmanTable.Create(body.Slice(1, 16), body.Slice(17, count), ac: place >= 16) is not { } table)
            {
                return false;
            }

            _tables[((place >> 4) * 4) + (place & 3)] = table;
            body = body[(17 + count)..];
        }

        return body.IsEmpty;
    }

    private bool Quantisation(ReadOnlySpan<byte> body)
    {
        while (body.Length >= 65 && body[0] < 4)
        {
            _quantisation[body[0]] = body.Slice(1, 64).ToArray();
            body = body[65..];
        }

        return body.IsEmpty;
    }

    /// <summary>One interleaved scan of all components, YCbCr by libjpeg's rules for telling colour spaces.</summary>
    private bool Scan(ReadOnlySpan<byte> body)
    {
        var count = Components.Length;
        if (count == 0 || body.Length != 4 + (2 * count) || body[0] != count || !body[^3..].SequenceEqual<byte>([0, 63, 0]))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            var (component, tables) = (Components[i], body[2 + (2 * i)]);
            if (body[1 + (2 * i)] != component.Id || (tables & 0xcc) != 0 || _quantisation[component.Quantisation] is null)
            {
                return false;
            }

            (component.Dc, component.Ac) = (_tables[tables >> 4], _tables[4 + (tables & 15)]);
            if (component.Dc is null || component.Ac is null)
            {
                return false;
            }
        }

        return count == 1 || _jfif || _adobe == 1 || (_adobe < 0 && Components.Select(c => (int)c.Id).SequenceEqual([1, 2, 3]));
    }
}
