using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>Curves against λ: panels below each other on one λ axis, lines, bands.</summary>
internal static class LambdaPanels
{
    /// <summary>Gives the layout its axes.</summary>
    /// <param name="layout">The figure's.</param>
    /// <param name="titles">What the y axis of each panel shows, from the top.</param>
    internal static void Axes(Layout layout, IReadOnlyList<string> titles)
    {
        var x = ChartStyle.Axis("λ (0: not shifted, 1: means coincide)");
        x["anchor"] = "y" + ChartStyle.Panel(titles.Count - 1);
        layout.With("xaxis", x).With("hovermode", "x unified");
        for (var panel = 0; panel < titles.Count; panel++)
        {
            var y = ChartStyle.Axis(titles[panel]);
            y["domain"] = Domain(panel, titles.Count);
            layout.With("yaxis" + ChartStyle.Panel(panel), y);
        }
    }

    /// <summary>A line through points.</summary>
    internal static Trace Line(IEnumerable<double> x, IEnumerable<double> y, int panel, string name, bool inLegend) => On(panel, x, y)
        .With("name", name).With("legendgroup", name).With("showlegend", inLegend).With("hovertemplate", "%{y:.4f}");

    /// <summary>The line of a fusion's models, with a marker of its own.</summary>
    internal static Trace Models(IEnumerable<double> x, IEnumerable<double> y, int panel, string name, bool inLegend, string fusion, string colour) =>
        Line(x, y, panel, name, inLegend).With("mode", "lines+markers")
        .With("marker", new { size = 6, symbol = fusion == "late" ? "diamond" : "circle" })
            .With("line", new { color = colour, width = 2.5 });

    /// <summary>The area between two lines.</summary>
    internal static Trace Band(
        IReadOnlyList<double> x, IEnumerable<double> low, IEnumerable<double> high, int panel, string name, string colour, double opacity) =>
        On(panel, x.Concat(x.Reverse()), high.Concat(low.Reverse())).With("fill", "toself").With("fillcolor", ChartStyle.Translucent(colour, opacity))
            .With("line", new { width = 0 }).With("hoverinfo", "skip").With("showlegend", false).With("name", name);

    private static Trace On(int panel, IEnumerable<double> x, IEnumerable<double> y) => new Trace("scatter")
        .With("x", x.ToArray()).With("y", y.ToArray()).With("yaxis", "y" + ChartStyle.Panel(panel)).With("mode", "lines");

    /// <summary>Panels from the top down, a quarter of their height apart.</summary>
    private static double[] Domain(int panel, int panels)
    {
        var (gap, top) = (panels == 1 ? 0 : 0.25 / panels, (double)(panels - panel) / panels);
        return [Math.Round(top - (1.0 / panels) + (panel == panels - 1 ? 0 : gap / 2), 4), Math.Round(top - (panel == 0 ? 0 : gap / 2), 4)];
    }
}
