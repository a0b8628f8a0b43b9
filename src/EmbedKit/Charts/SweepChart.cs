using EmbedKit.Data;
using EmbedKit.Experiments;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>What a sweep figure shows besides its data.</summary>
public sealed record SweepChartOptions
{
    /// <summary>Columns of <c>sweep.csv</c>, one panel each, from the top; default macro-F1 alone.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = ["f1_macro"];

    /// <summary>The evaluated split; default test.</summary>
    public string Split { get; init; } = "test";

    /// <summary>What the band is; default lowest to highest run.</summary>
    public SweepBand Band { get; init; } = SweepBand.MinMax;

    /// <summary>The heading; default "Effect of closing the modality gap".</summary>
    public string Title { get; init; } = "Effect of closing the modality gap";

    /// <summary>Published curves, each drawn in its metric's panel in grey dashes; default none. The legend names paper, data set and encoder.</summary>
    public IReadOnlyList<PublishedCurve> Published { get; init; } = [];
}

/// <summary>Macro-F1, accuracy or AUC against λ, mean and band over runs (the paper's alignment figure).</summary>
public static class SweepChart
{
    private static readonly Dictionary<string, string> MetricTitles = new()
    {
        ["f1_macro"] = "macro-F1 (0–1)",
        ["f1_weighted"] = "weighted F1 (0–1)",
        ["accuracy"] = "accuracy (0–1)",
        ["auc_ovr"] = "ROC-AUC, one-vs-rest (0–1)",
    };

    /// <summary>Draws the figure.</summary>
    /// <param name="sweep">A <c>sweep.csv</c>.</param>
    /// <param name="provenance">Where the data come from, e.g. <see cref="ChartStyle.SyntheticDemo"/>.</param>
    /// <param name="options">Panels, split, band, published curves.</param>
    /// <exception cref="EmbedKit.Runtime.InputException">A column is missing or holds something other than numbers.</exception>
    public static GenericChart Create(TextTable sweep, string provenance, SweepChartOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        options ??= new();
        var panels = options.Metrics.Select(m => SweepCurve.Read(sweep, m, options.Split, options.Band)).ToArray();
        var traces = new List<Trace>();
        for (var p = 0; p < panels.Length; p++)
        {
            for (var c = 0; c < panels[p].Count; c++)
            {
                // Curves of one fusion that differ in something else need colours of their own.
                var name = panels[p].Count(other => other.Fusion == panels[p][c].Fusion) > 1 ? panels[p][c].Name : panels[p][c].Fusion;
                traces.AddRange(Curve(panels[p][c], ChartStyle.Colour(name, c), p));
            }

            traces.AddRange(options.Published.Where(c => c.Metric == options.Metrics[p]).Select(c => Published(c, p)));
        }

        var (fewest, most) = (panels.SelectMany(p => p).SelectMany(c => c.Points).Min(p => p.Runs), panels.SelectMany(p => p).SelectMany(c => c.Points).Max(p => p.Runs));
        var runs = most == 1 ? "one run a point" : $"mean of {(fewest == most ? $"{most}" : $"{fewest}–{most}")} runs{Band(options.Band)}";
        var (chart, layout) = ChartStyle.Figure(options.Title, provenance, $"{options.Split} rows; {runs}", 150 + (panels.Length == 1 ? 330 : 260 * panels.Length), traces);
        var x = ChartStyle.Axis("λ (0: not shifted, 1: means coincide)");
        x["anchor"] = panels.Length == 1 ? "y" : $"y{panels.Length}";
        layout.With("xaxis", x).With("hovermode", "x unified").With("shapes", Enumerable.Range(0, panels.Length).Select(ZeroLine).ToArray());
        for (var p = 0; p < panels.Length; p++)
        {
            var y = ChartStyle.Axis(MetricTitles.GetValueOrDefault(options.Metrics[p], options.Metrics[p]));
            y["domain"] = Domain(p, panels.Length);
            layout.With("yaxis" + ChartStyle.Panel(p), y);
        }

        return chart;
    }

    private static string Band(SweepBand band) => band switch
    {
        SweepBand.None => "",
        SweepBand.MinMax => "; band: lowest to highest",
        _ => "; band: ±1 s.d.",
    };

    /// <summary>A mean line over its band, sharing one legend entry.</summary>
    private static IEnumerable<Trace> Curve(SweepCurve curve, string colour, int panel)
    {
        if (curve.Points.Any(p => p.High > p.Low))
        {
            yield return new Trace("scatter")
                .With("x", curve.Points.Select(p => p.Lambda).Concat(curve.Points.Reverse().Select(p => p.Lambda)).ToArray())
                .With("y", curve.Points.Select(p => p.High).Concat(curve.Points.Reverse().Select(p => p.Low)).ToArray())
                .With("yaxis", "y" + ChartStyle.Panel(panel)).With("mode", "lines").With("fill", "toself").With("fillcolor", ChartStyle.Translucent(colour, 0.18))
                .With("line", new { width = 0 }).With("hoverinfo", "skip").With("showlegend", false).With("legendgroup", curve.Name).With("name", curve.Name + " band");
        }

        yield return Line([.. curve.Points.Select(p => p.Lambda)], [.. curve.Points.Select(p => p.Mean)], panel, curve.Name)
            .With("mode", "lines+markers").With("marker", new { size = 6, symbol = curve.Fusion == "late" ? "diamond" : "circle" })
            .With("line", new { color = colour, width = 2.5 });
    }

    private static Trace Published(PublishedCurve curve, int panel) =>
        Line([.. curve.Points.Select(p => p.Lambda)], [.. curve.Points.Select(p => p.Value)], panel, $"published ({curve.Paper}), {curve.Fusion}, {curve.DataSet} {curve.Encoder}")
            .With("line", new { color = ChartStyle.Grey, width = 1.5, dash = curve.Fusion == "late" ? "dot" : "dash" });

    private static Trace Line(double[] x, double[] y, int panel, string name) => new Trace("scatter")
        .With("x", x).With("y", y).With("yaxis", "y" + ChartStyle.Panel(panel)).With("mode", "lines").With("name", name)
        .With("legendgroup", name).With("showlegend", panel == 0).With("hovertemplate", "%{y:.4f}");

    private static object ZeroLine(int panel) => new
    {
        type = "line",
        x0 = 0,
        x1 = 0,
        xref = "x",
        y0 = 0,
        y1 = 1,
        yref = $"y{ChartStyle.Panel(panel)} domain",
        line = new { color = ChartStyle.Grey, width = 1, dash = "dot" },
    };

    /// <summary>Panels from the top down, a twelfth of the height apart.</summary>
    internal static double[] Domain(int panel, int panels)
    {
        var (gap, top) = (panels == 1 ? 0 : 0.25 / panels, (double)(panels - panel) / panels);
        return [Math.Round(top - (1.0 / panels) + (panel == panels - 1 ? 0 : gap / 2), 4), Math.Round(top - (panel == 0 ? 0 : gap / 2), 4)];
    }
}
