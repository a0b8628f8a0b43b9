using System.Globalization;
using System.IO.Compression;
using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>Named columns of text, all of one length: what a CSV file holds before anything is interpreted. Immutable.</summary>
public sealed class TextTable
{
    private readonly Dictionary<string, int> _index;
    private int[]? _fileRows;

    /// <summary>Makes a table; the arrays are kept, not copied.</summary>
    /// <param name="columnNames">Distinct names, in order.</param>
    /// <param name="columns">One array a column, all of the same length.</param>
    /// <param name="source">The file it came from, for messages.</param>
    /// <exception cref="InputException">A column name appears twice.</exception>
    public TextTable(IReadOnlyList<string> columnNames, IReadOnlyList<string[]> columns, string source = "table")
    {
        ArgumentNullException.ThrowIfNull(columnNames);
        ArgumentNullException.ThrowIfNull(columns);
        if (columnNames.Count != columns.Count || columns.Any(c => c.Length != columns[0].Length))
        {
            throw new ArgumentException("Every column needs a name and the same number of rows.", nameof(columns));
        }

        (ColumnNames, Columns, Source, _index) = (columnNames, columns, source, new(StringComparer.Ordinal));
        for (var i = 0; i < columnNames.Count; i++)
        {
            if (!_index.TryAdd(columnNames[i], i))
            {
                throw new InputException($"{source}: column '{columnNames[i]}' appears twice; expected distinct names in the header.");
            }
        }
    }

    /// <summary>Column names, in order.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>The columns, in the order of <see cref="ColumnNames"/>.</summary>
    public IReadOnlyList<string[]> Columns { get; }

    /// <summary>The file it came from, for messages.</summary>
    public string Source { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount => Columns.Count == 0 ? 0 : Columns[0].Length;

    /// <summary>The cells of a column.</summary>
    /// <param name="column">Its exact name.</param>
    /// <exception cref="InputException">There is no such column; the message names the nearest ones.</exception>
    public string[] this[string column]
    {
        get
        {
            if (_index.TryGetValue(column, out var i))
            {
                return Columns[i];
            }

            var nearest = InputException.Nearest(column, ColumnNames);
            var hint = nearest.Count > 0 ? $"did you mean {string.Join(" or ", nearest)}?" : $"there are: {string.Join(", ", ColumnNames.Take(20))}.";
            throw new InputException($"{Source}: no column '{column}'; {hint}");
        }
    }

    /// <summary>Whether there is a column of this exact name.</summary>
    /// <param name="column">The name.</param>
    public bool Contains(string column) => _index.ContainsKey(column);

    /// <summary>The same columns with only the given rows, in the given order.</summary>
    /// <param name="rows">0-based row numbers.</param>
    public TextTable Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new(ColumnNames, [.. Columns.Select(c => rows.Select(r => c[r]).ToArray())], Source) { _fileRows = [.. rows.Select(FileRow)] };
    }

    /// <summary>The row's 1-based number in the file it came from, the header being row 1; kept through <see cref="Select"/>.</summary>
    /// <param name="row">0-based row of this table.</param>
    public int FileRow(int row) => _fileRows?[row] ?? row + 2;

    /// <summary>A cell as a finite number.</summary>
    /// <param name="column">The column's exact name.</param>
    /// <param name="row">0-based row of this table.</param>
    /// <exception cref="InputException">There is no such column, or the cell holds something else.</exception>
    public double Number(string column, int row) =>
        double.TryParse(this[column][row], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new InputException($"{Source} row {FileRow(row)}: '{this[column][row]}' in column '{column}'; expected a finite number.");

    /// <summary>The table with one column added at the end, or replaced in place.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="cells">Its cells.</param>
    public TextTable With(string column, string[] cells) => _index.TryGetValue(column, out var at)
        ? new(ColumnNames, [.. Columns.Select((c, i) => i == at ? cells : c)], Source) { _fileRows = _fileRows }
        : new([.. ColumnNames, column], [.. Columns, cells], Source) { _fileRows = _fileRows };

    /// <summary>Makes a table of rows.</summary>
    /// <param name="columnNames">Distinct names, in order.</param>
    /// <param name="rows">Cells, one a column.</param>
    /// <param name="source">The file it is for, for messages.</param>
    public static TextTable OfRows(IReadOnlyList<string> columnNames, IEnumerable<IReadOnlyList<string>> rows, string source = "table")
    {
        ArgumentNullException.ThrowIfNull(columnNames);
        IReadOnlyList<string>[] all = [.. rows];
        return new(columnNames, [.. columnNames.Select((_, c) => all.Select(r => r[c]).ToArray())], source);
    }

    /// <summary>Reads a CSV file with a header; one whose name ends in <c>.gz</c> is unpacked.</summary>
    /// <param name="path">The file: UTF-8, or UTF-16 with a byte order mark.</param>
    /// <exception cref="InputException">No such file, no rows, unequal row lengths, an unclosed quote, another encoding.</exception>
    public static TextTable Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path}: no such file; expected a CSV file with a header.");
        }

        var name = Path.GetFileName(path);
        using Stream file = File.OpenRead(path);
        using var content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        try
        {
            return Read(reader, name);
        }
        catch (Exception error) when (error is DecoderFallbackException or InvalidDataException)
        {
            throw new InputException($"{name}: {(error is DecoderFallbackException ? "bytes that are not UTF-8; expected UTF-8 text: save it again as \"CSV UTF-8\"" : "damaged or not gzip; expected the file as it was distributed")}.", error);
        }
    }

    private static TextTable Read(TextReader reader, string name)
    {
        var csv = new CsvReader(reader, name);
        var columns = csv.Header.Select(_ => new List<string>()).ToArray();
        while (csv.Read() is { } fields)
        {
            for (var i = 0; i < fields.Length; i++)
            {
                columns[i].Add(fields[i]);
            }
        }

        return columns[0].Count == 0
            ? throw new InputException($"{name}: no rows below the header; expected at least one.")
            : new([.. csv.Header.Select(h => h.Trim())], [.. columns.Select(c => c.ToArray())], name);
    }

    /// <summary>Writes the table as CSV (comma, LF, quotes only where needed), atomically. Cells are written as they are, and read back the same.</summary>
    /// <param name="path">The final path.</param>
    public void Write(string path) => Write(path, cell => cell);

    /// <summary>
    /// Writes a table that people open and the kit does not read back: like <see cref="Write(string)"/>, but a cell that a spreadsheet would run
    /// as a formula (it begins with =, +, −, @, tab or carriage return and is no number) gets an apostrophe in front.
    /// </summary>
    /// <param name="path">The final path.</param>
    public void WriteForSpreadsheets(string path) => Write(path, cell => IsFormula(cell) ? "'" + cell : cell);

    /// <summary>Whether a spreadsheet would run a cell as a formula; see <see cref="WriteForSpreadsheets"/>.</summary>
    /// <param name="cell">The cell's text.</param>
    public static bool IsFormula(string cell) => cell is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]
        && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private void Write(string path, Func<string, string> shown) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', ColumnNames.Select(name => Escape(shown(name)))));
        for (var row = 0; row < RowCount; row++)
        {
            writer.WriteLine(string.Join(',', Columns.Select(c => Escape(shown(c[row])))));
        }
    });

    /// <summary>A cell as CSV: quoted when it holds a comma, a quote or a newline, or begins or ends with a space.</summary>
    /// <param name="cell">The cell's text.</param>
    public static string Escape(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.AsSpan().IndexOfAny(",\"\r\n") >= 0 || cell is [' ', ..] or [.., ' '] ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }
}
