using System.Text;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Data.Csv;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>Parses one block of records of an embeddings file.</summary>
internal sealed class CsvEmbeddingParser : CsvBlockParser
{
    private static readonly UTF8Encoding Utf8 = new(false);
    private readonly CsvEmbeddingLayout _layout;

    internal CsvEmbeddingParser(CsvEmbeddingLayout layout)
        : base(layout.File.Header)
    {
        _layout = layout;
        Cells = [.. layout.CellNames.Select(_ => new List<string>())];
        (ImageDimension, TextDimension) = (layout.ImageDimension, layout.TextDimension);
    }

    internal List<string>[] Cells { get; }

    /// <summary>Rows·D values, then room.</summary>
    internal float[] Image { get; private set; } = [];

    /// <summary>Rows·D' values, then room.</summary>
    internal float[] Text { get; private set; } = [];

    internal int ImageDimension { get; }

    /// <summary>D'; for lists, as in the block's first row.</summary>
    internal int TextDimension { get; private set; }

    protected override void ParseRecord(ref ReadOnlySpan<byte> bytes)
    {
        if ((Rows + 1) * ImageDimension > Image.Length)
        {
            Image = Grown(Image, (Rows + 1) * ImageDimension);
        }

        if ((Rows + 1) * TextDimension > Text.Length)
        {
            Text = Grown(Text, (Rows + 1) * TextDimension);
        }

        for (var c = 0; c < _layout.Columns.Length && Fault is null; c++)
        {
            ParseField(ref bytes, c);
            if (Fault is null)
            {
                MoveOn(ref bytes, c);
            }
        }
    }

    private void ParseField(ref ReadOnlySpan<byte> bytes, int column)
    {
        var (kind, index) = _layout.Columns[column];
        if (kind is CsvColumnKind.Image or CsvColumnKind.Text)
        {
            ref var target =
                ref (kind == CsvColumnKind.Image ? ref Image[(Rows * ImageDimension) + index] : ref Text[(Rows * TextDimension) + index]);
            if (FloatText.TryParse(bytes, out target, out var length) && float.IsFinite(target) && Dialect.EndsField(bytes[length..]))
            {
                bytes = bytes[length..];
                return;
            }

            var cell = Field(ref bytes, column);
            if (Fault is null
                && !(FloatText.TryParse(cell.Trim(" \t"u8), out target, out length) && length == cell.Trim(" \t"u8).Length && float.IsFinite(target)))
            {
                Fault = $", column {_layout.Header[column]}: {Quote(cell)} is no finite number; expected one embedding value in each cell.";
            }

            return;
        }

        var field = Field(ref bytes, column);
        if (kind == CsvColumnKind.Cell && Fault is null)
        {
            string? fault = null;
            Cells[index].Add(CsvDialect.Text(field, ref fault));
            Fault = fault is null ? null : $", column {_layout.Header[column]}: {fault}";
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
                Fault = $", column {_layout.Header[column]}: value {count} is {Quote(list[..Until(list, ", "u8)])}, no finite number; expected "
                    + "numbers only.";
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
                (Rows == 0 ? "an empty list; expected numbers."
                    : $"{(count > TextDimension ? "more values" : NumberText.Count(count, "value"))}; expected {TextDimension}, as in the rows "
                        + "before.");
        }

        TextDimension = Rows == 0 ? count : TextDimension;
    }

    private ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> bytes, int column)
    {
        var field = Dialect.Field(ref bytes, out var fault);
        Fault = fault is null ? Fault : $", column {_layout.Header[column]}: {fault}";
        return field;
    }

    private static int Until(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> any) => bytes.IndexOfAny(any) is >= 0 and var end ? end : bytes.Length;

    private static string Quote(ReadOnlySpan<byte> cell) =>
        cell.Length == 0 ? "an empty cell" : $"'{SameText.Escaped(Utf8.GetString(cell[..Math.Min(cell.Length, 40)]))}'";

    private static float[] Grown(float[] values, int needed)
    {
        Array.Resize(ref values, Math.Max(needed, 2 * values.Length));
        return values;
    }
}
