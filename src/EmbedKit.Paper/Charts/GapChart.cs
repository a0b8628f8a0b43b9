using EmbedKit.Data;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>The length of the modality gap after alignment, against λ.</summary>
public static class GapChart
{
    /// <summary>Draws the column <c>gap_after</c> of a sweep.</summary>
    /// <param name="sweep">A <c>sweep.csv</c>.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="split">The evaluated split; default test.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="EmbedKit.Runtime.InputException">A column is missing or holds something other than numbers.</exception>
    public static GenericChart Create(TextTable sweep, string provenance, string split = "test", string title = "The modality gap against λ")
    {
        // The gap belongs to the rows, whichever fusion reads them.
        var curves = SweepCurve.Read(sweep, "gap_after", split).GroupBy(c => c.Setting).Select(g => g.MaxBy(c => c.Points.Count)!).ToArray();
        var traces = curves.Select((curve, i) => new Trace("scatter")
            .With("x", curve.Points.Select(p => p.Lambda).ToArray()).With("y", curve.Points.Select(p => p.Mean).ToArray())
            .With("mode", "lines+markers").With("name", curve.Setting.Length == 0 ? "gap after alignment" : curve.Setting)
            .With("line", new { color = ChartStyle.Colour("", i), width = 2.5 }).With("marker", new { size = 6 })
            .With("hovertemplate", "λ = %{x}: %{y:.4f}"));
        var (chart, layout) = ChartStyle.Figure(title, provenance, $"{split} rows", 420, traces);
        var y = ChartStyle.Axis("gap length ‖g‖ (unit vectors)");
        y["rangemode"] = "tozero";
        layout.With("xaxis", ChartStyle.Axis("λ (0: not shifted, 1: means coincide)")).With("yaxis", y).With("showlegend", true);
        return chart;
    }
}
