namespace EmbedKit.Notebooks.Execution;

/// <summary>How a notebook's HTML page is written.</summary>
public sealed record NotebookHtmlOptions
{
    /// <summary>
    /// Address of a shared plotly.js, seen from the page (e.g. <c>plotly.min.js</c>, as <see cref="Charts.ChartHtml.WriteScript"/> writes it);
    /// null, the default, embeds it (3.6 MB) in every page that shows a chart.
    /// </summary>
    public string? PlotlyScript { get; init; }

    /// <summary>A line of plain text at the foot of the page, e.g. machine and minutes; null, the default, adds none, so that equal runs give equal
    /// bytes.</summary>
    public string? Footer { get; init; }
}
