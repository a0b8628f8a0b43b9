using System.Globalization;
using EmbedKit.Alignment;
using EmbedKit.Storage;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>Both modalities in one plane: rows as points, ready computed.</summary>
/// <param name="Title">Panel heading, e.g. "before" or "after (λ = 1)".</param>
/// <param name="Image">Image rows, (first, second) component.</param>
/// <param name="Text">Text rows, (first, second) component.</param>
/// <param name="ExplainedVariance">Shares of variance of the two components, 0–1.</param>
public sealed record ModalityPlane(
    string Title, IReadOnlyList<(double X, double Y)> Image, IReadOnlyList<(double X, double Y)> Text,
    (double First, double Second) ExplainedVariance)
{
    /// <summary>Finds the plane of the rows of both modalities together, normalised and of one width.</summary>
    /// <param name="title">Panel heading.</param>
    /// <param name="set">N rows with both modalities.</param>
    /// <param name="rows">At most so many rows, evenly spaced over the set; default 400.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, or a row is zero.</exception>
    public static ModalityPlane Of(string title, EmbeddingSet set, int rows = 400)
    {
        var unit = UnitRows.Of(set, rows);
        var (image, text) = (unit.RequireImage(), unit.RequireText());
        var both = new EmbeddingMatrix(2 * image.Rows, image.Dimension, [.. image.Values, .. text.Values]);
        var components = PrincipalComponents.Fit(both, 2);
        return new(title, Points(image), Points(text), (components.ExplainedVarianceRatio[0], components.ExplainedVarianceRatio[1]));

        (double, double)[] Points(EmbeddingMatrix matrix) => [.. components.Transform(matrix).Select(p => (p[0], p[1]))];
    }
}

/// <summary>The two modalities on their first two principal components, before and after alignment, with the gap as an arrow.</summary>
public static class ModalityPcaChart
{
    /// <summary>Draws planes side by side, each with its own components.</summary>
    /// <param name="planes">One or two planes.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No plane, more than two, or one without rows.</exception>
    public static GenericChart Create(
        IReadOnlyList<ModalityPlane> planes, string provenance, string title = "Image and text rows in two principal components")
    {
        ArgumentNullException.ThrowIfNull(planes);
        if (planes.Count is < 1 or > 2 || planes.Any(p => p.Image.Count == 0 || p.Text.Count == 0))
        {
            throw new ArgumentException("One or two planes with rows of both modalities are needed.", nameof(planes));
        }

        var traces = planes.SelectMany((plane, i) => new[]
        {
            Points(plane.Image, "image", "circle", i), Points(plane.Text, "text", "diamond", i),
            Mean(plane.Image, "mean image", "circle", i), Mean(plane.Text, "mean text", "diamond", i),
        });
        var (chart, layout) = ChartStyle.Figure(
            title, provenance, "arrow: modality gap, from mean text to mean image", 330 + (planes.Count * 200), traces);
        // The same scale before and after, so that a gap that closes is seen to close.
        var (xRange, yRange) = (Range(planes, r => r.X), Range(planes, r => r.Y));
        for (var i = 0; i < planes.Count; i++)
        {
            var (first, second) = planes[i].ExplainedVariance;
            var (x, y) = (ChartStyle.Axis($"PC 1 ({Percent(first)} of variance)"), ChartStyle.Axis($"PC 2 ({Percent(second)})"));
            (x["range"], y["range"]) = (xRange, yRange);
            (x["anchor"], y["anchor"]) = ("y" + ChartStyle.Panel(i), "x" + ChartStyle.Panel(i));
            y["domain"] = planes.Count == 1 ? new[] { 0, 1.0 } : i == 0 ? [0.58, 0.97] : [0, 0.39];
            layout.With("xaxis" + ChartStyle.Panel(i), x).With("yaxis" + ChartStyle.Panel(i), y);
        }

        layout.With("annotations", planes.SelectMany((plane, i) => new[] { Gap(plane, i), Heading(plane, i) }).ToArray());
        return chart;
    }

    private static Trace Points(IReadOnlyList<(double X, double Y)> rows, string modality, string symbol, int panel) => Scatter(rows, panel)
        .With("name", $"{modality} rows").With("legendgroup", modality).With("showlegend", panel == 0)
        .With("marker", new { size = 6, symbol, color = ChartStyle.Translucent(ChartStyle.Colour(modality, 0), 0.45) });

    private static Trace Mean(IReadOnlyList<(double X, double Y)> rows, string name, string symbol, int panel) => Scatter([Centre(rows)], panel)
        .With("name", name).With("legendgroup", name).With("showlegend", panel == 0)
        .With("marker", new { size = 12, symbol, color = ChartStyle.Colour(name.Split(' ')[1], 0), line = new { color = "#000000", width = 1.5 } });

    /// <summary>Coordinates to four decimals: more is invisible and makes the page heavy.</summary>
    private static Trace Scatter(IReadOnlyList<(double X, double Y)> rows, int panel) => new Trace("scatter")
        .With("x", rows.Select(r => Math.Round(r.X, 4)).ToArray()).With("y", rows.Select(r => Math.Round(r.Y, 4)).ToArray())
        .With("xaxis", "x" + ChartStyle.Panel(panel)).With("yaxis", "y" + ChartStyle.Panel(panel)).With("mode", "markers")
        .With("hovertemplate", "%{x}, %{y}");

    private static object Gap(ModalityPlane plane, int panel)
    {
        var (from, to) = (Centre(plane.Text), Centre(plane.Image));
        var (x, y) = ("x" + ChartStyle.Panel(panel), "y" + ChartStyle.Panel(panel));
        return new
        {
            x = to.X,
            y = to.Y,
            xref = x,
            yref = y,
            ax = from.X,
            ay = from.Y,
            axref = x,
            ayref = y,
            text = "",
            showarrow = true,
            arrowhead = 2,
            arrowwidth = 2,
            arrowcolor = "#000000",
            standoff = 7,
            startstandoff = 7,
        };
    }

    private static object Heading(ModalityPlane plane, int panel) => new
    {
        text = $"<b>{System.Net.WebUtility.HtmlEncode(plane.Title)}</b>",
        x = 0,
        y = 1,
        xref = $"x{ChartStyle.Panel(panel)} domain",
        yref = $"y{ChartStyle.Panel(panel)} domain",
        xanchor = "left",
        yanchor = "bottom",
        showarrow = false,
        font = new { size = 14 },
    };

    private static (double X, double Y) Centre(IReadOnlyList<(double X, double Y)> rows) => (rows.Average(r => r.X), rows.Average(r => r.Y));

    private static double[] Range(IEnumerable<ModalityPlane> planes, Func<(double X, double Y), double> coordinate)
    {
        var values = planes.SelectMany(p => p.Image.Concat(p.Text)).Select(coordinate).ToArray();
        var margin = 0.05 * (values.Max() - values.Min());
        return [Math.Round(values.Min() - margin, 4), Math.Round(values.Max() + margin, 4)];
    }

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
