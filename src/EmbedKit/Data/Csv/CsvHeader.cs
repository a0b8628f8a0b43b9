using System.Text;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Csv;

/// <summary>The first record of a table, and what it tells of the others.</summary>
/// <param name="Dialect">How fields and records end.</param>
/// <param name="Names">The names of the columns, trimmed; empty for a column without a name.</param>
/// <param name="Row">Its 1-based number in the file; blank lines before it count, the line <c>sep=</c> does not, as in a spreadsheet.</param>
/// <param name="Length">Bytes up to its end.</param>
internal sealed record CsvHeader(CsvDialect Dialect, string[] Names, int Row, int Length)
{
    /// <summary>The most columns a table may have.</summary>
    internal const int MostColumns = 100_000;

    private static ReadOnlySpan<byte> Separators => ",;\t|"u8;

    /// <summary>
    /// Reads it. The separator is the one that a first line <c>sep=;</c> names, as Excel writes it, or else the most frequent of comma, semicolon,
    /// tab and pipe outside quotes.
    /// </summary>
    /// <exception cref="InputException">No header, another separator than the named one, an unclosed quote, more than <see cref="MostColumns"/>
    /// columns.</exception>
    internal static CsvHeader Read(ReadOnlySpan<byte> bytes, string file)
    {
        byte? named = null;
        for (var (at, row) = (0, 1); at < bytes.Length;)
        {
            var length = EndOfRecord(bytes[at..]);
            var line = bytes.Slice(at, length).TrimEnd("\r\n"u8);
            at += length;
            if (named is null && Declared(line, $"{file} row {row}") is { } declared)
            {
                named = declared;
            }
            else if (line.ContainsAnyExcept(", \t;|"u8))
            {
                // One column has no separator; several have another than the one that was named.
                return named is { } only && !line.Contains(only) && line.ContainsAny(Separators) && line[0] != '"'
                    ? throw new InputException(
                        $"{file} row {row}: the line 'sep={(char)only}' names a separator that the header lacks; expected the one it has: correct "
                            + "the line or leave it out.")
                    : new CsvHeader(new(named ?? MostFrequent(line)), [], row, at).WithNames(line, file);
            }
            else
            {
                row++;
            }
        }

        throw new InputException($"{file}: empty file; expected a header line and rows.");
    }

    /// <summary>The separator that a line <c>sep=;</c> names, in any case, blanks around it or not; null where the line is none.</summary>
    /// <exception cref="InputException">It names none, or several.</exception>
    private static byte? Declared(ReadOnlySpan<byte> line, string where)
    {
        line = line.TrimStart("\" "u8);
        if (line.Length < 4 || !Ascii.EqualsIgnoreCase(line[..3], "sep"u8) || line[3..].TrimStart((byte)' ') is not [(byte)'=', .. var named])
        {
            return null;
        }

        // A tab is a blank and a separator: what is left when nothing else is.
        var mark = named.Trim("\" "u8) is var trimmed && trimmed.Trim((byte)'\t') is { Length: > 0 } other ? other : trimmed;
        return mark.Length == 1 && Ascii.IsValid(mark[0]) ? mark[0]
            : mark.IndexOfAnyExcept(",;|\t:"u8) >= 0 ? null
            : throw new InputException(
                $"{where}: '{Encoding.UTF8.GetString(line)}' names no separator; expected one character, such as sep=; or leave the line out.");
    }

    private CsvHeader WithNames(ReadOnlySpan<byte> line, string file)
    {
        List<string> names = [];
        while (true)
        {
            var field = Dialect.Field(ref line, out var fault);
            var name = SameText.Trim(CsvDialect.Text(field, ref fault));
            if (fault is not null || names.Count == MostColumns)
            {
                throw new InputException($"{file} row {Row}: {fault ?? $"more than {MostColumns} columns; expected a table of fewer."}");
            }

            names.Add(name);
            if (line.Length == 0)
            {
                return this with { Names = [.. names] };
            }

            line = line[1..];
        }
    }

    /// <summary>Bytes up to the first end of a record, that end included. A quote opens a field wherever one may begin.</summary>
    private static int EndOfRecord(ReadOnlySpan<byte> bytes)
    {
        var (quoted, starts) = (false, true);
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = bytes[i];
            quoted = c == '"' && (quoted || starts) ? !quoted : quoted;
            if (!quoted && CsvDialect.EndsRecord(bytes[i..], out var newline))
            {
                return i + newline;
            }

            // The second of two quotes inside a field opens it again.
            starts = Separators.Contains(c) || c == '"';
        }

        return bytes.Length;
    }

    private static byte MostFrequent(ReadOnlySpan<byte> line)
    {
        Span<int> counts = stackalloc int[Separators.Length];
        var (quoted, starts) = (false, true);
        foreach (var c in line)
        {
            quoted = c == '"' && (quoted || starts) ? !quoted : quoted;
            if (!quoted && Separators.IndexOf(c) is >= 0 and var separator)
            {
                counts[separator]++;
            }

            starts = Separators.Contains(c) || c == '"';
        }

        var best = 0;
        for (var s = 1; s < counts.Length; s++)
        {
            best = counts[s] > counts[best] ? s : best;
        }

        return Separators[best];
    }
}
