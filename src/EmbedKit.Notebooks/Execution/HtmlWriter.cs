using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EmbedKit.Charts;
using EmbedKit.Notebooks.Formatting;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Writes an executed notebook as one HTML page that asks the network for nothing.</summary>
public static partial class HtmlWriter
{
    private static readonly Lazy<string> StyleSheet = new(() =>
    {
        using var reader = new StreamReader(typeof(HtmlWriter).Assembly.GetManifestResourceStream("notebook.css")!);
        return reader.ReadToEnd();
    });

    /// <summary>The page.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="options">Where plotly.js is, and a footer.</param>
    public static string ToText(ExecutedNotebook notebook, NotebookHtmlOptions options)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        ArgumentNullException.ThrowIfNull(options);
        var body = new StringBuilder();
        for (var i = 0; i < notebook.Cells.Count; i++)
        {
            AppendCell(body, notebook.Cells[i], i + 1);
        }

        var hasChart = notebook.Cells.SelectMany(c => c.Outputs).Any(ChartFormat.IsIn);
        var plotly = !hasChart ? "" : options.PlotlyScript is { } address ? $"<script defer src=\"{WebUtility.HtmlEncode(address)}\"></script>"
            : ChartHtml.EmbeddedScript;
        var failure = notebook.Failure is { } f
            ? $"<p class=\"failure\">Stopped at <a href=\"#cell-{f.Cell}\">cell {f.Cell}</a> (line {f.Line} of {Encode(f.File)}).</p>\n" : "";
        var footer = options.Footer is { } text ? $"<footer>{Encode(text)}</footer>\n" : "";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(Title(notebook))}</title>
            <link rel="icon" href="data:,">
            <style>
            {StyleSheet.Value}</style>
            </head>
            <body>
            <main>
            {failure}{body}{footer}</main>
            {plotly}
            </body>
            </html>

            """;
    }

    private static string Title(ExecutedNotebook notebook) => notebook.Cells.Where(c => c.Source.IsMarkdown)
        .SelectMany(c => c.Source.Content.Split('\n')).FirstOrDefault(l => l.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim()
        ?? notebook.Name;

    private static void AppendCell(StringBuilder body, ExecutedCell cell, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"cell-{number}");
        if (cell.Source.IsMarkdown)
        {
            body.Append($"<section class=\"markdown\" id=\"{id}\">\n{MarkdownHtml.Render(cell.Source.Content)}</section>\n");
            return;
        }

        var count = cell.ExecutionCount is { } c ? string.Create(CultureInfo.InvariantCulture, $"{c}") : "not run";
        var code = cell.Source.IsCode ? CSharpHtml.Render(cell.Source.Content) : Encode(cell.Source.Content);
        body.Append($"<section class=\"cell\" id=\"{id}\" data-count=\"{count}\">\n<pre class=\"code\"><code>{code}</code></pre>\n");
        foreach (var output in cell.Outputs)
        {
            body.Append(Output(output)).Append('\n');
        }

        body.Append("</section>\n");
    }

    private static string Output(CellOutput output) => output switch
    {
        StreamOutput stream => $"<pre class=\"output {stream.Name}\">{Encode(stream.Text.TrimEnd('\n'))}</pre>",
        ErrorOutput error =>
            $"<pre class=\"output error\"><strong>{Encode(error.Name)}</strong>: "
                + $"{Encode(string.Join('\n', error.Trace.Prepend(error.Message)))}</pre>",
        // A region one can reach and scroll by keyboard.
        ValueOutput value when Value(value) is var html => html.Contains("<table", StringComparison.Ordinal)
            ? $"<div class=\"output value scroll\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">{html}</div>"
            : $"<div class=\"output value\">{html}</div>",
        _ => throw new ArgumentException($"No HTML for {output.GetType().Name}.", nameof(output)),
    };

    private static string Value(ValueOutput value)
    {
        if (value[ValueFormatter.Html] is { } html)
        {
            // The page has its own style for the formatter's elements.
            return FormatterStyle().Replace(html, "");
        }

        return value["image/svg+xml"] is { } svg ? svg
            : value["image/png"] is { } png ? $"<img alt=\"\" src=\"data:image/png;base64,{Encode(png)}\">"
            : value["text/markdown"] is { } markdown ? MarkdownHtml.Render(markdown)
            : $"<pre>{Encode(value[ValueFormatter.Plain] ?? (value.Data.Count > 0 ? value.Data[0].Value : ""))}</pre>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("""<style>\s*\.dni-code-hint.*?</style>""", RegexOptions.Singleline)]
    private static partial Regex FormatterStyle();
}
