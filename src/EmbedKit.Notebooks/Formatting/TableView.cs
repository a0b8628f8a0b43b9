using System.Globalization;
using System.Net;
using System.Text;
using EmbedKit.Runtime;
using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>A table as a reader sees it: the first rows of it, as text.</summary>
/// <param name="Headers">Column names.</param>
/// <param name="Rows">The rows shown.</param>
/// <param name="Numeric">Which columns hold numbers, to be aligned right.</param>
/// <param name="Note">What is not shown, or what the table is; null for nothing to say.</param>
internal sealed record TableView(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<bool> Numeric, string? Note)
{
    /// <summary>Columns shown at most; an embedding file has thousands.</summary>
    internal const int MaxColumns = 24;

    private static int Limit => Formatter.ListExpansionLimit;

    /// <summary>How many rows of a table to show: all of one that is up to half as long again as the limit, such as a grid of 21 λ.</summary>
    /// <param name="rows">Rows of the table, at least <see cref="Probe"/> where there may be more.</param>
    internal static int Shown(long rows) => (int)(rows <= Limit * 3L / 2 ? rows : Limit);

    /// <summary>Rows to read of a sequence to know whether it is shown whole.</summary>
    internal static int Probe => (Limit * 3 / 2) + 1;

    /// <summary>Characters up to which the cells of a column stay on one line.</summary>
    private const int ShortCell = 30;

    /// <summary>Characters from which a cell may break anywhere, so that a path or hash does not widen the table.</summary>
    private const int LongCell = 60;

    /// <summary>Makes a view of values, cutting columns beyond <see cref="MaxColumns"/>.</summary>
    /// <param name="headers">All column names.</param>
    /// <param name="rows">The rows to show, values as they are.</param>
    /// <param name="totalRows">How many rows there are; null when unknown and more than shown.</param>
    /// <param name="what">What the table is; null for nothing to say.</param>
    internal static TableView Of(IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<object?>> rows, long? totalRows, string? what = null)
    {
        var columns = Math.Min(headers.Count, MaxColumns);
        var numeric = Enumerable.Range(0, columns).Select(c => rows.Count > 0 && rows.All(r => r[c] is null || CellText.IsNumber(r[c]!))).ToArray();
        var notes = new List<string>();
        if (what is not null)
        {
            notes.Add(what);
        }

        if (totalRows is null || totalRows > rows.Count)
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"first {rows.Count} of {(totalRows is { } n ? n.ToString("N0", CultureInfo.InvariantCulture) : "more")} rows"));
        }

        if (columns < headers.Count)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"first {columns} of {headers.Count:N0} columns"));
        }

        return new(
            [.. headers.Take(columns).Select(Shown)],
            [.. rows.Select(r => (IReadOnlyList<string>)[.. r.Take(columns).Select(cell => Shown(CellText.Of(cell)))])],
            numeric,
            notes.Count > 0 ? string.Join(" · ", notes) : null);
    }

    /// <summary>On one line, which a name with a line break in it would not be.</summary>
    private static string Shown(string text) => VisibleCharacters.Of(text.ReplaceLineEndings(" ").Replace('\t', ' '));

    /// <summary>The table as HTML and as plain text.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> ToBundle() => [new(ValueFormatter.Html, ToHtml()), new(ValueFormatter.Plain, ToPlain())];

    private string ToHtml()
    {
        var html = new StringBuilder("<table>");
        if (Note is not null)
        {
            html.Append($"<caption>{WebUtility.HtmlEncode(Note)}</caption>");
        }

        html.Append("<thead><tr>");
        for (var c = 0; c < Headers.Count; c++)
        {
            html.Append($"<th{Align(c)}>{WebUtility.HtmlEncode(Headers[c])}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var row in Rows)
        {
            html.Append("<tr>");
            for (var c = 0; c < row.Count; c++)
            {
                html.Append($"<td{Align(c)}>{WebUtility.HtmlEncode(row[c])}</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").ToString();
    }

    private string ToPlain()
    {
        var widths = Headers.Select((h, c) => Rows.Select(r => r[c].Length).Append(h.Length).Max()).ToArray();
        string Line(IReadOnlyList<string> cells) =>
            string.Join("  ", cells.Select((t, c) => Numeric[c] ? t.PadLeft(widths[c]) : t.PadRight(widths[c]))).TrimEnd();
        var lines = Rows.Select(Line).Prepend(Line(Headers));
        return string.Join('\n', Note is null ? lines : lines.Append(Note));
    }

    // The style also stands in the element: a Jupyter output has no style sheet of ours.
    private string Align(int column) =>
        Numeric[column] ? " class=\"number\" style=\"text-align:right\""
        : Rows.All(r => r[column].Length <= ShortCell) && Rows.Any(r => r[column].Contains(' ', StringComparison.Ordinal)) ? " class=\"short\""
        : Rows.Any(r => r[column].Length >= LongCell) ? " class=\"long\""
        : "";
}
