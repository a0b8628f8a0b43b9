using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// Reads comma-, semicolon- or tab-separated text with a header (RFC 4180: quoted fields, doubled quotes, newlines inside quotes; CRLF or
/// LF; UTF-8 with or without byte order mark). The separator is the one of the three most frequent in the header line outside quotes.
/// </summary>
internal sealed class CsvReader
{
    private static readonly char[] Separators = [',', ';', '\t'];
    private readonly TextReader _reader;
    private readonly string _file;
    private readonly StringBuilder _field = new();
    private readonly List<string> _fields = [];
    private readonly char _separator;

    internal CsvReader(TextReader reader, string file)
    {
        _reader = reader;
        _file = file;
        var header = ReadHeaderLine(reader);
        _separator = Separators.MaxBy(c => CountOutsideQuotes(header, c));
        using var line = new StringReader(header);
        Header = new CsvReader(line, file, _separator).Read() ?? throw new InputException($"{file}: empty file; expected a header line and rows.");
    }

    private CsvReader(TextReader reader, string file, char separator) => (_reader, _file, _separator, Header) = (reader, file, separator, []);

    internal string[] Header { get; }

    internal char Separator => _separator;

    /// <summary>The 1-based number of the row last read; the header is row 1.</summary>
    internal int Row { get; private set; } = 1;

    /// <summary>Reads one record, or null at the end. Blank lines are passed over.</summary>
    internal string[]? Read()
    {
        while (true)
        {
            if (_reader.Peek() < 0)
            {
                return null;
            }

            ReadRecord();
            Row++;
            if (_fields.Count > 1 || _fields[0].Length > 0)
            {
                break;
            }
        }

        if (Header.Length > 0 && _fields.Count != Header.Length)
        {
            throw new InputException($"{_file} row {Row}: {_fields.Count} fields; expected {Header.Length}, as in the header.");
        }

        return [.. _fields];
    }

    private void ReadRecord()
    {
        _fields.Clear();
        _field.Clear();
        var quoted = false;
        while (true)
        {
            var c = _reader.Read();
            if (quoted)
            {
                if (c < 0)
                {
                    throw new InputException($"{_file} row {Row + 1}: a quoted field is never closed; expected a closing \" before the end of the file.");
                }

                if (c != '"')
                {
                    _field.Append((char)c);
                }
                else if (_reader.Peek() == '"')
                {
                    _field.Append((char)_reader.Read());
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && _field.Length == 0)
            {
                quoted = true;
            }
            else if (c == _separator || c < 0 || c == '\n' || (c == '\r' && _reader.Peek() is '\n' or -1))
            {
                _fields.Add(_field.ToString());
                _field.Clear();
                if (c == '\r' && _reader.Peek() == '\n')
                {
                    _reader.Read();
                }

                if (c != _separator)
                {
                    return;
                }
            }
            else
            {
                _field.Append((char)c);
            }
        }
    }

    private static int CountOutsideQuotes(string line, char separator)
    {
        var (count, quoted) = (0, false);
        foreach (var c in line)
        {
            quoted ^= c == '"';
            count += c == separator && !quoted ? 1 : 0;
        }

        return count;
    }

    /// <summary>The header up to the first newline outside quotes, so that the separator can be told before fields are split.</summary>
    private static string ReadHeaderLine(TextReader reader)
    {
        var line = new StringBuilder();
        for (var quoted = false; reader.Read() is >= 0 and var c;)
        {
            quoted ^= c == '"';
            if (c == '\n' && !quoted)
            {
                break;
            }

            line.Append((char)c);
        }

        return line.ToString().TrimEnd('\r').TrimStart('\uFEFF');
    }
}
