using EmbedKit.Charts;
using EmbedKit.Data;
using Plotly.NET;

namespace EmbedKit.Experiments;

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

    /// <summary>Published curves, each drawn in its metric's panel in grey dashes; default none. The legend names paper, data set and
    /// encoder.</summary>
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
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
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

        var (fewest, most) =
            (panels.SelectMany(p => p).SelectMany(c => c.Points).Min(p => p.Runs),
                panels.SelectMany(p => p).SelectMany(c => c.Points).Max(p => p.Runs));
        var runs = most == 1 ? "one run a point" : $"mean of {(fewest == most ? $"{most}" : $"{fewest}–{most}")} runs{Band(options.Band)}";
        var (chart, layout) = ChartStyle.Figure(
            options.Title, provenance, $"{options.Split} rows; {runs}", 150 + (panels.Length == 1 ? 330 : 260 * panels.Length), traces);
        LambdaPanels.Axes(layout, [.. options.Metrics.Select(m => MetricTitles.GetValueOrDefault(m, m))]);
        layout.With("shapes", Enumerable.Range(0, panels.Length).Select(ZeroLine).ToArray());
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
        double[] x = [.. curve.Points.Select(p => p.Lambda)];
        if (curve.Points.Any(p => p.High > p.Low))
        {
            yield return LambdaPanels.Band(
                x, curve.Points.Select(p => p.Low), curve.Points.Select(p => p.High), panel, curve.Name + " band", colour, 0.18)
                .With("legendgroup", curve.Name);
        }

        yield return LambdaPanels.Models(x, curve.Points.Select(p => p.Mean), panel, curve.Name, panel == 0, curve.Fusion, colour);
    }

    private static Trace Published(PublishedCurve curve, int panel) =>
        LambdaPanels.Line(
            curve.Points.Select(p => p.Lambda), curve.Points.Select(p => p.Value), panel,
            $"published ({curve.Paper}), {curve.Fusion}, {curve.DataSet} {curve.Encoder}", panel == 0)
            .With("line", new { color = ChartStyle.Grey, width = 1.5, dash = curve.Fusion == "late" ? "dot" : "dash" });

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
}
