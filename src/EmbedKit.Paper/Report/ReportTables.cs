using System.Globalization;
using System.Text;

namespace EmbedKit.Report;

/// <summary>The tables of the report page. Wide ones scroll by themselves, so that the page never does.</summary>
internal static class ReportTables
{
    private const int LongestNumber = 24, ManyColumns = 8;

    /// <summary>"Published | reproduced | leak-free", with numbered sources below.</summary>
    /// <exception cref="ArgumentException">A published number without its source.</exception>
    internal static void Comparison(StringBuilder html, ComparisonTable table, string provenance)
    {
        var sources = new List<string>();
        Open(html, table.Caption, 4);
        html.Append(
            CultureInfo.InvariantCulture, $"<thead><tr><th scope=\"col\"></th><th scope=\"col\">Published<small>the paper's own data</small></th>")
            .Append(
                CultureInfo.InvariantCulture, $"<th scope=\"col\">Reproduced<small>published protocol, {ReportPage.Text(provenance)}</small></th>")
            .Append(
                CultureInfo.InvariantCulture,
                $"<th scope=\"col\">Leak-free<small>{ReportPage.Text(provenance)}</small></th></tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{ReportPage.Text(row.What)}</th>{Published(row, sources)}{Cell(row.Reproduced, row.InWords.Reproduced)}"
                    + $"{Cell(row.LeakFree, row.InWords.LeakFree)}</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
        if (sources.Count > 0)
        {
            html.Append("<ol class=\"sources\" aria-label=\"Sources of the published numbers\">\n");
            foreach (var source in sources)
            {
                html.Append(CultureInfo.InvariantCulture, $"<li>{ReportPage.Text(source)}</li>\n");
            }

            html.Append("</ol>\n");
        }
    }

    /// <summary>Computed numbers.</summary>
    /// <exception cref="ArgumentException">A row with more or fewer cells than there are columns.</exception>
    internal static void Plain(StringBuilder html, ReportTable table, string provenance)
    {
        Open(html, $"{table.Caption} ({provenance})", table.Columns.Count);
        html.Append("<thead><tr>");
        var numeric = table.Columns.Select((_, c) => table.Rows.Count > 0 && table.Rows.All(r => c < r.Count && IsNumber(r[c]))).ToArray();
        for (var c = 0; c < table.Columns.Count; c++)
        {
            html.Append(
                CultureInfo.InvariantCulture, $"<th scope=\"col\"{(numeric[c] ? " class=\"number\"" : "")}>{ReportPage.Text(table.Columns[c])}</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            if (row.Count != table.Columns.Count)
            {
                throw new ArgumentException($"Table '{table.Caption}': a row of {row.Count} cells for {table.Columns.Count} columns.", nameof(table));
            }

            html.Append("<tr>");
            for (var c = 0; c < row.Count; c++)
            {
                html.Append(CultureInfo.InvariantCulture, $"<td{(numeric[c] ? " class=\"number\"" : "")}>{ReportPage.Text(row[c])}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    /// <summary>A region one can reach and scroll by keyboard.</summary>
    private static void Open(StringBuilder html, string caption, int columns) => html.Append(
        CultureInfo.InvariantCulture,
        $"<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
            + $"aria-label=\"{ReportPage.Text(caption)}\"><table{(columns >= ManyColumns ? " class=\"many\"" : "")}>\n<caption>"
            + $"{ReportPage.Text(caption)}</caption>\n");

    private static string Published(ComparisonRow row, List<string> sources)
    {
        if (row.Published is not { } published)
        {
            return Cell(null, row.InWords.Published);
        }

        if (string.IsNullOrWhiteSpace(published.Source))
        {
            throw new ArgumentException($"'{row.What}': the published number {published} has no source.", nameof(row));
        }

        var number = sources.IndexOf(published.Source) + 1;
        if (number == 0)
        {
            sources.Add(published.Source);
            number = sources.Count;
        }

        return $"<td>{ReportPage.Text(row.InWords.Published)} <span class=\"source\">[{number.ToString(CultureInfo.InvariantCulture)}]</span></td>";
    }

    private static string Cell(ComparisonNumber? number, string words) =>
        $"<td{(number is null ? " class=\"none\"" : "")}>{ReportPage.Text(words)}</td>";

    /// <summary>A number, perhaps with its unit or interval; a sentence may begin with one too, and must wrap.</summary>
    private static bool IsNumber(string cell) => cell.Length <= LongestNumber
        && (cell.Length == 0 || char.IsAsciiDigit(cell[0]) || (cell.Length > 1 && cell[0] is '-' or '−' or '+' && char.IsAsciiDigit(cell[1])));
}
