using System.Text;

namespace EmbedKit.Data.Csv;

/// <summary>
/// How fields and records of a table end (RFC 4180, and what programs make of it): a field that begins with a quote ends with one, doubled
/// quotes inside; a record ends with LF, CRLF or a lone CR outside quotes.
/// </summary>
/// <param name="Separator">What stands between fields.</param>
internal readonly record struct CsvDialect(byte Separator)
{
    /// <summary>Text that must be UTF-8.</summary>
    internal static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Whether a field ends at the start of the bytes.</summary>
    internal bool EndsField(ReadOnlySpan<byte> bytes) => (bytes.Length > 0 && bytes[0] == Separator) || EndsRecord(bytes, out _);

    /// <summary>Whether a record ends at the start of the bytes, and how many bytes its end takes.</summary>
    internal static bool EndsRecord(ReadOnlySpan<byte> bytes, out int newline)
    {
        newline = bytes.Length == 0 ? 0 : bytes[0] == '\n' ? 1 : bytes[0] != '\r' ? 0 : bytes.Length > 1 && bytes[1] == '\n' ? 2 : 1;
        return newline > 0 || bytes.Length == 0;
    }

    /// <summary>Takes the field at the start of the bytes, without quotes, and moves to what follows it.</summary>
    /// <param name="bytes">What is left of the records.</param>
    /// <param name="fault">What is wrong with the field; null when nothing is.</param>
    internal ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> bytes, out string? fault)
    {
        fault = null;
        ReadOnlySpan<byte> field;
        if (bytes is not [(byte)'"', ..])
        {
            var end = bytes.IndexOfAny(Separator, (byte)'\n', (byte)'\r');
            field = end < 0 ? bytes : bytes[..end];
            bytes = bytes[field.Length..];
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
                fault = "text after a closing quote; expected quotes inside a quoted field to be doubled.";
            }

            return doubled ? Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(field).Replace("\"\"", "\"", StringComparison.Ordinal)) : field;
        }

        fault = "a quoted field is never closed; expected a closing \" before the end of the file.";
        return [];
    }

    /// <summary>Takes a field's text.</summary>
    internal static string Text(ReadOnlySpan<byte> field, ref string? fault)
    {
        if (field.Length == 0)
        {
            return "";
        }

        try
        {
            var text = Strict.GetString(field);
            return text[0] == '\'' ? FormulaCell.Taken(text) : text;
        }
        catch (DecoderFallbackException)
        {
            fault = "bytes that are not UTF-8; expected UTF-8 text: save it again as \"CSV UTF-8\".";
            return "";
        }
    }

    /// <summary>Bytes up to the last end of a record, that end included; 0 when no record ends.</summary>
    /// <param name="bytes">Bytes from the start of a record.</param>
    internal int EndOfLastRecord(ReadOnlySpan<byte> bytes)
    {
        var (last, at) = (0, 0);
        while (true)
        {
            var quote = bytes[at..].IndexOf((byte)'"');
            var open = quote < 0 ? bytes[at..] : bytes.Slice(at, quote);
            var newline = open.LastIndexOfAny((byte)'\n', (byte)'\r');

            // After a CR at the very end an LF may follow, which belongs to it.
            newline = quote < 0 && newline == open.Length - 1 && newline >= 0 && open[newline] == '\r'
                ? open[..newline].LastIndexOfAny((byte)'\n', (byte)'\r') : newline;
            last = newline >= 0 ? at + newline + 1 : last;
            if (quote < 0)
            {
                return last;
            }

            var begin = at + quote;
            at = begin + 1;
            if (begin > 0 && bytes[begin - 1] != Separator && bytes[begin - 1] is not ((byte)'\n' or (byte)'\r'))
            {
                continue;
            }

            while (true)
            {
                var close = bytes[at..].IndexOf((byte)'"');
                if (close < 0)
                {
                    return last;
                }

                at += close + 1;
                if (at == bytes.Length || bytes[at] != '"')
                {
                    break;
                }

                at++;
            }
        }
    }
}
