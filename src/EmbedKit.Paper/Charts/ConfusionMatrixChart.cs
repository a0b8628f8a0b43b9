using System.Globalization;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>A confusion matrix: true classes down, predicted classes across, coloured by the share of each true class.</summary>
public static class ConfusionMatrixChart
{
    /// <summary>Draws the figure.</summary>
    /// <param name="classes">C class names.</param>
    /// <param name="matrix">Counts of C classes.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">The matrix has another number of classes.</exception>
    public static GenericChart Create(IReadOnlyList<string> classes, ConfusionMatrix matrix, string provenance, string title = "Confusion matrix")
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Classes != classes.Count)
        {
            throw new ArgumentException($"A matrix of {matrix.Classes} classes for {classes.Count} names.", nameof(matrix));
        }

        var each = Enumerable.Range(0, classes.Count);
        var rows = each.Select(t => each.Select(p => matrix[t, p]).ToArray()).ToArray();
        // A class without rows has no shares: null leaves its cells blank.
        var shares = rows.Select(r => r.Select(c => r.Sum() == 0 ? (double?)null : Math.Round((double)c / r.Sum(), 4)).ToArray()).ToArray();
        var trace = new Trace("heatmap").With("x", classes.ToArray()).With("y", classes.ToArray()).With("z", shares)
            .With("text", rows.Select(r => r.Select(c => c.ToString(CultureInfo.InvariantCulture)).ToArray()).ToArray())
            .With("texttemplate", "%{text}").With("textfont", new { color = ChartStyle.Ink })
            .With("zmin", 0).With("zmax", 1).With("xgap", 2).With("ygap", 2)
            .With("colorscale", new object[] { new object[] { 0, "#F4F7FA" }, new object[] { 1, ChartStyle.SkyBlue } })
            .With("colorbar", new { title = new { text = "share of<br>true class", font = new { size = 12 } }, tickformat = ".0%", thickness = 12 })
            .With("hovertemplate", "true %{y}, predicted %{x}: %{text} rows (%{z:.1%})<extra></extra>");
        var (chart, layout) = ChartStyle.Figure(
            title, provenance, $"{NumberText.Count(matrix.Total, "row")}; numbers are counts", 220 + (44 * classes.Count), [trace]);
        var (x, y) = (ChartStyle.Axis("predicted class"), ChartStyle.Axis("true class"));
        (x["type"], x["showgrid"], y["type"], y["showgrid"], y["autorange"]) = ("category", false, "category", false, "reversed");
        layout.With("xaxis", x).With("yaxis", y);
        return chart;
    }
}
