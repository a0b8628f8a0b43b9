using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EmbedKit.Charts;
using EmbedKit.Runtime;

namespace EmbedKit.Report;

/// <summary>
/// Writes a run's <c>index.html</c>: one page that works offline and alone, reads on paper, on a phone and in the dark, and is the
/// same bytes for the same content.
/// </summary>
public static partial class ReportPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The page; its folder holds the linked files.</param>
    /// <param name="content">What it says.</param>
    /// <param name="together">Files that are written together with the page, and so need not be there yet when it links to them.</param>
    /// <exception cref="InputException">A link leads to no file below the page's folder.</exception>
    /// <exception cref="ArgumentException">An id is malformed or there twice; a published number lacks its source; a table row has the wrong
    /// length.</exception>
    public static void Write(string path, ReportContent content, IReadOnlyList<string>? together = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(content);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Check(content, folder, Path.GetFileName(path), together ?? []);
        AtomicFile.WriteText(path, Render(content));
    }

    private static void Check(ReportContent content, string folder, string page, IReadOnlyList<string> together)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(content.Provenance);
        var ids = content.Sections.SelectMany(s => s.Figures.Select(f => f.Id).Prepend(s.Id)).ToArray();
        if (ids.FirstOrDefault(id => !IdForm().IsMatch(id)) is { } malformed)
        {
            throw new ArgumentException($"Id '{malformed}': expected a letter, then letters, digits or hyphens.", nameof(content));
        }

        if (ids.GroupBy(id => id).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Id '{twice.Key}' is there twice; expected each section and figure to have its own.", nameof(content));
        }

        foreach (var link in content.Sections.SelectMany(s => s.Files).Concat(content.Files))
        {
            if (Path.IsPathRooted(link.Path) || link.Path.Contains(':', StringComparison.Ordinal) || link.Path.Split('/').Contains("..")
                || !(together.Contains(link.Path) || File.Exists(Path.Combine(folder, link.Path))))
            {
                throw new InputException($"{page}: the link '{link.Text}' leads to '{link.Path}'; expected a file below the page's folder.");
            }
        }
    }

    private static string Render(ReportContent content)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(content.Title)}</title>
            <link rel="icon" href="data:,">
            <style>
            {Style()}</style>
            </head>
            <body>
            <a class="skip" href="#results">Skip to the results</a>
            <header>
            <span class="badge">{Text(content.Provenance)}</span>
            <h1>{Text(content.Title)}</h1>

            """);
        Paragraphs(html, content.Summary);
        Run(html, content.Run);
        html.Append("<nav aria-label=\"Experiments\"><ol>\n");
        foreach (var section in content.Sections)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li><a href=\"#{section.Id}\">{Text(section.Title)}</a></li>\n");
        }

        html.Append("</ol></nav>\n</header>\n<main id=\"results\">\n");
        foreach (var section in content.Sections)
        {
            Section(html, section, content.Provenance);
        }

        html.Append("</main>\n<footer>\n");
        Links(html, "All files", content.Files);
        html.Append(
            "<p>Links lead to files of the run's folder, in which this page lies; sent alone, the page shows its charts and tables, but not those "
                + "files.</p>\n");
        var published = content.Sections.Any(s => s.Comparisons.Count + s.Claims.Count > 0)
            ? " Published numbers belong to their sources and to other data." : "";
        html.Append(CultureInfo.InvariantCulture, $"<p>Computed columns and figures: {Text(content.Provenance)}.{published}</p>\n");
        var script = content.Sections.Any(s => s.Figures.Count > 0) ? ChartHtml.EmbeddedScript : "";
        return html.Append(CultureInfo.InvariantCulture, $"</footer>\n{script}\n").Append("</body>\n</html>\n").ToString();
    }

    private static void Run(StringBuilder html, ReportRun run)
    {
        var machine = run.Machine;
        html.Append(CultureInfo.InvariantCulture, $"""
            <dl class="run" aria-label="This run">
            <dt>Machine</dt><dd>{Text(machine.Processor)}, {machine.Cores} cores, {machine.MemoryGiB:0.#} GiB memory, {Text(
                machine.OperatingSystem)}</dd>
            <dt>Versions</dt><dd>{Text(string.Join(", ", machine.Versions.Select(v => $"{v.Name} {v.Version}")))}</dd>
            <dt>Seed</dt><dd>{run.Seed}</dd>
            <dt>Time</dt><dd>{run.Minutes:0.0} minutes</dd>
            <dt>Again</dt><dd><code>{Text(run.Command)}</code></dd>
            </dl>

            """);
    }

    private static void Section(StringBuilder html, ReportSection section, string provenance)
    {
        html.Append(
            CultureInfo.InvariantCulture,
            $"<section aria-labelledby=\"{section.Id}\">\n<h2 id=\"{section.Id}\">{Text(section.Title)}</h2>\n<p "
                + $"class=\"question\">{Text(section.Question)}</p>\n");
        if (section.Claims.Count > 0)
        {
            html.Append("<div class=\"claims\">\n<h3>What the paper claims</h3>\n");
            foreach (var claim in section.Claims)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p>{Text(claim.Text)} <span class=\"source\">Source: {Text(claim.Source)}</span></p>\n");
            }

            html.Append("</div>\n");
        }

        Figures(html, section.Figures);

        Pictures(html, section.Pictures);
        if (section.Findings.Count > 0)
        {
            html.Append("<h3>What this run shows</h3>\n");
            Paragraphs(html, section.Findings);
        }

        foreach (var comparison in section.Comparisons)
        {
            ReportTables.Comparison(html, comparison, provenance);
        }

        foreach (var table in section.Tables)
        {
            ReportTables.Plain(html, table, provenance);
        }

        Links(html, "Files", section.Files);
        html.Append("</section>\n");
    }

    private static void Figures(StringBuilder html, IReadOnlyList<ReportFigure> figures)
    {
        if (figures.Count == 0)
        {
            return;
        }

        html.Append("<div class=\"figures\">\n");
        // A caption that many figures share is read once.
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var figure in figures)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<figure>\n<div class=\"frame\">\n{ChartHtml.Div(figure.Chart, figure.Id)}\n</div>\n<figcaption>"
                    + $"{Text(said.Add(figure.Caption) ? figure.Caption : "Read as above.")}</figcaption>\n</figure>\n");
        }

        html.Append("</div>\n");
    }

    private static void Pictures(StringBuilder html, IReadOnlyList<ReportPicture> pictures)
    {
        if (pictures.Count == 0)
        {
            return;
        }

        html.Append("<div class=\"pictures\">\n");
        foreach (var picture in pictures)
        {
            html.Append("<figure>");
            foreach (var jpeg in picture.Jpegs)
            {
                html.Append(CultureInfo.InvariantCulture, $"<img alt=\"\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\">");
            }

            html.Append(CultureInfo.InvariantCulture, $"<figcaption>{Text(picture.Caption)}</figcaption></figure>\n");
        }

        html.Append("</div>\n");
    }

    private static void Links(StringBuilder html, string heading, IReadOnlyList<ReportLink> links)
    {
        if (links.Count == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h3>{heading}</h3>\n<ul class=\"files\">\n");
        foreach (var link in links)
        {
            var target = string.Join('/', link.Path.Split('/').Select(Uri.EscapeDataString));
            html.Append(CultureInfo.InvariantCulture, $"<li><a href=\"{target}\">{Text(link.Text)}</a></li>\n");
        }

        html.Append("</ul>\n");
    }

    private static void Paragraphs(StringBuilder html, IReadOnlyList<string> paragraphs)
    {
        foreach (var paragraph in paragraphs)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>{Text(paragraph)}</p>\n");
        }
    }

    internal static string Text(string text) => WebUtility.HtmlEncode(VisibleCharacters.Of(text));

    private static string Style()
    {
        var name = $"{typeof(ReportPage).FullName}.css";
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]*$")]
    private static partial Regex IdForm();
}
