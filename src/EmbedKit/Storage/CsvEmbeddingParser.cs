using System.Text;

namespace EmbedKit.Storage;

/// <summary>Parses one block of records. A fault is kept, not thrown: only the caller knows how many rows stood in the blocks before.</summary>
internal sealed class CsvEmbeddingParser
{
    private static readonly UTF8Encoding Utf8 = new(false);
    private readonly CsvEmbeddingLayout _layout;

    private CsvEmbeddingParser(CsvEmbeddingLayout layout)
    {
        _layout = layout;
        Cells = [.. layout.CellNames.Select(_ => new List<string>())];
        (ImageDimension, TextDimension) = (layout.ImageDimension, layout.TextDimension);
    }

    internal int Rows { get; private set; }

    internal List<string>[] Cells { get; }

    /// <summary>Rows·D values, then room.</summary>
    internal float[] Image { get; private set; } = [];

    /// <summary>Rows·D' values, then room.</summary>
    internal float[] Text { get; private set; } = [];

    internal int ImageDimension { get; }

    /// <summary>D'; for lists, as in the block's first row.</summary>
    internal int TextDimension { get; private set; }

    /// <summary>What is wrong with row <see cref="Rows"/> (0-based in this block), and where in the row; null when nothing is.</summary>
    internal string? Fault { get; private set; }

    internal static CsvEmbeddingParser Parse(CsvEmbeddingLayout layout, ReadOnlySpan<byte> bytes)
    {
        var parser = new CsvEmbeddingParser(layout);
        while (parser.Fault is null && bytes.Length > 0)
        {
            if (EndsRecord(bytes, out var blank))
            {
                bytes = bytes[blank..];
                continue;
            }

            parser.ParseRecord(ref bytes);
        }

        return parser;
    }

    private void ParseRecord(ref ReadOnlySpan<byte> bytes)
    {
        if ((Rows + 1) * ImageDimension > Image.Length)
        {
            Image = Grown(Image, (Rows + 1) * ImageDimension);
        }

        if ((Rows + 1) * TextDimension > Text.Length)
        {
            Text = Grown(Text, (Rows + 1) * TextDimension);
        }

        var columns = _layout.Columns;
        for (var c = 0; c < columns.Length && Fault is null; c++)
        {
            ParseField(ref bytes, c);
            if (Fault is not null)
            {
                return;
            }

            var ended = EndsRecord(bytes, out var newline);
            if (ended != (c == columns.Length - 1))
            {
                Fault = $": {(ended ? $"{c + 1} fields" : "more fields")}; expected {columns.Length}, as in the header.";
                return;
            }

            bytes = bytes[(ended ? newline : 1)..];
        }

        Rows++;
    }

    private void ParseField(ref ReadOnlySpan<byte> bytes, int column)
    {
        var (kind, index) = _layout.Columns[column];
        if (kind is CsvColumnKind.Image or CsvColumnKind.Text)
        {
            ref var target = ref (kind == CsvColumnKind.Image ? ref Image[(Rows * ImageDimension) + index] : ref Text[(Rows * TextDimension) + index]);
            if (FloatText.TryParse(bytes, out target, out var length) && float.IsFinite(target) && EndsField(bytes[length..]))
            {
                bytes = bytes[length..];
                return;
            }

            var cell = Field(ref bytes, column);
            if (Fault is null && !(FloatText.TryParse(cell.Trim(" \t"u8), out target, out length) && length == cell.Trim(" \t"u8).Length && float.IsFinite(target)))
            {
                Fault = $", column {_layout.Header[column]}: {Quote(cell)} is no finite number; expected one embedding value in each cell.";
            }

            return;
        }

        var field = Field(ref bytes, column);
        if (kind == CsvColumnKind.Cell && Fault is null)
        {
            Cells[index].Add(Utf8.GetString(field));
        }
        else if (kind == CsvColumnKind.TextList && Fault is null)
        {
            ParseList(field, column);
        }
    }

    private void ParseList(ReadOnlySpan<byte> field, int column)
    {
        var list = field.Trim(" \t\r\n"u8);
        if (list is not [(byte)'[', .., (byte)']'])
        {
            Fault = $", column {_layout.Header[column]}: {Quote(field)} is no list; expected [0.1, 0.2, …].";
            return;
        }

        list = list[1..^1];
        var count = 0;
        while (true)
        {
            list = list.TrimStart(", \t\r\n"u8);
            if (list.Length == 0)
            {
                break;
            }

            if (!FloatText.TryParse(list, out var value, out var length) || !float.IsFinite(value) ||
                (length < list.Length && !", \t\r\n"u8.Contains(list[length])))
            {
                Fault = $", column {_layout.Header[column]}: value {count} is {Quote(list[..Until(list, ", "u8)])}, no finite number; expected numbers only.";
                return;
            }

            if (Rows > 0 && count == TextDimension)
            {
                count++;
                break;
            }

            if ((Rows * TextDimension) + count >= Text.Length)
            {
                Text = Grown(Text, (Rows * TextDimension) + count + 1);
            }

            Text[(Rows * TextDimension) + count++] = value;
            list = list[length..];
        }

        if (count == 0 || (Rows > 0 && count != TextDimension))
        {
            Fault = $", column {_layout.Header[column]}: " +
                (Rows == 0 ? "an empty list; expected numbers." : $"{(count > TextDimension ? "more" : count)} values; expected {TextDimension}, as in the rows before.");
        }

        TextDimension = Rows == 0 ? count : TextDimension;
    }

    /// <summary>Takes the field at the start of the bytes, without quotes, and moves to what follows it.</summary>
    private ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> bytes, int column)
    {
        ReadOnlySpan<byte> field;
        if (bytes is not [(byte)'"', ..])
        {
            var end = Until(bytes, [_layout.Separator, (byte)'\n']);
            field = bytes[..end];
            bytes = bytes[end..];
            if (field is [.., (byte)'\r'] && bytes is [] or [(byte)'\n', ..])
            {
                field = field[..^1];
            }

            return field;
        }

        bytes = bytes[1..];
        var doubled = false;
        for (var at = 0; bytes[at..].IndexOf((byte)'"') is >= 0 and var next; at += 2)
        {
            at += next;
            if (at + 1 < bytes.Length && bytes[at + 1] == '"')
            {
                doubled = true;
                continue;
            }

            field = bytes[..at];
            bytes = bytes[(at + 1)..];
            if (!EndsField(bytes))
            {
                Fault = $", column {_layout.Header[column]}: text after a closing quote; expected quotes inside a quoted field to be doubled.";
            }

            return doubled ? Utf8.GetBytes(Utf8.GetString(field).Replace("\"\"", "\"", StringComparison.Ordinal)) : field;
        }

        Fault = $", column {_layout.Header[column]}: a quoted field is never closed; expected a closing \" before the end of the file.";
        return [];
    }

    private bool EndsField(ReadOnlySpan<byte> bytes) => (bytes.Length > 0 && bytes[0] == _layout.Separator) || EndsRecord(bytes, out _);

    private static bool EndsRecord(ReadOnlySpan<byte> bytes, out int newline)
    {
        newline = bytes is [(byte)'\r', (byte)'\n', ..] ? 2 : bytes is [(byte)'\n', ..] or [(byte)'\r'] ? 1 : 0;
        return newline > 0 || bytes.Length == 0;
    }

    private static int Until(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> any) => bytes.IndexOfAny(any) is >= 0 and var end ? end : bytes.Length;

    private static string Quote(ReadOnlySpan<byte> cell) => cell.Length == 0 ? "an empty cell" : $"'{Utf8.GetString(cell[..Math.Min(cell.Length, 40)])}'";

    private static float[] Grown(float[] values, int needed)
    {
        Array.Resize(ref values, Math.Max(needed, 2 * values.Length));
        return values;
    }
}
