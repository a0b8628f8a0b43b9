using System.Globalization;
using System.Text;
using EmbedKit.Data.Csv;
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

    internal TextTable(IReadOnlyList<string> columnNames, IReadOnlyList<string[]> columns, string source, int[]? fileRows)
        : this(columnNames, columns, source) => _fileRows = fileRows;

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

    /// <summary>
    /// Reads a CSV file with a header, packed by gzip or not: comma, semicolon, tab or pipe (or what a first line <c>sep=</c> names), LF, CRLF or CR,
    /// UTF-8 or UTF-16 with byte order mark. Blank lines are passed over, empty columns without a name left out, others named by their place.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">No such file, no rows, unequal row lengths, an unclosed quote, another encoding, a row of more than 16
    /// MiB.</exception>
    public static TextTable Read(string path)
    {
        using var file = CsvFile.Open(path);
        var (blocks, fileRows) = file.Parse(() => new TextBlockParser(file.Header));
        var columns = file.Header.Names.Select((_, c) => blocks.SelectMany(b => b.Cells[c]).ToArray()).ToArray();
        return OfFile(CsvColumnNames.Complete(file.Header.Names), file.Header.Names, columns, file.Name, fileRows);
    }

    /// <summary>A table of what a file holds, without its columns that have neither name nor content.</summary>
    /// <param name="names">The names as <see cref="CsvColumnNames.Complete"/> gives them.</param>
    /// <param name="given">The names in the file.</param>
    /// <param name="columns">The cells.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="fileRows">The number of each row in the file; null where they follow the header one by one.</param>
    internal static TextTable OfFile(
        IReadOnlyList<string> names, IReadOnlyList<string> given, IReadOnlyList<string[]> columns, string file, int[]? fileRows)
    {
        var kept = CsvColumnNames.Kept(names, given, columns, file);
        return new([.. kept.Select(c => names[c])], [.. kept.Select(c => columns[c])], file, fileRows);
    }

    /// <summary>
    /// Writes the table as CSV (comma, LF, quotes only where needed), atomically. What is read back is the same; cells that a spreadsheet would run
    /// as a formula have an apostrophe in front, in the file alone.
    /// </summary>
    /// <param name="path">The final path.</param>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', ColumnNames.Select(NameText)));
        for (var row = 0; row < RowCount; row++)
        {
            writer.WriteLine(Columns.Count == 1 && Columns[0][row].Length == 0 ? "\"\"" : string.Join(',', Columns.Select(c => CellText(c[row]))));
        }
    });

    /// <summary>A cell as it is written: quoted when it holds a comma, a quote or a newline, or begins or ends with a space.</summary>
    /// <param name="cell">The cell's text.</param>
    internal static string CellText(string cell)
    {
        cell = FormulaCell.Written(cell);
        return cell.AsSpan().IndexOfAny(",\"\r\n") >= 0 || cell is [' ', ..] or [.., ' ']
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }

    /// <summary>A column's name as it is written: quoted also where another separator in it could be taken for that of the file.</summary>
    /// <param name="name">The name.</param>
    internal static string NameText(string name) =>
        CellText(name) is var text && text.AsSpan().IndexOfAny(";\t|") >= 0 && text[0] != '"' ? $"\"{text}\"" : text;

    private sealed class TextBlockParser(CsvHeader header) : CsvBlockParser(header)
    {
        internal List<string>[] Cells { get; } = [.. header.Names.Select(_ => new List<string>())];

        protected override void ParseRecord(ref ReadOnlySpan<byte> bytes)
        {
            for (var c = 0; c < Cells.Length && Fault is null; c++)
            {
                var field = Dialect.Field(ref bytes, out var fault);
                var text = CsvDialect.Text(field, ref fault);
                if (fault is not null)
                {
                    Fault = $", column {c + 1}: {fault}";
                    return;
                }

                Cells[c].Add(text);
                MoveOn(ref bytes, c);
            }
        }
    }
}
