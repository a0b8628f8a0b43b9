using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>How well one thing alone tells a label.</summary>
/// <param name="Name">A field, or words.</param>
/// <param name="Auc">ROC-AUC, 0–1.</param>
/// <param name="Baseline">The same with labels exchanged at random.</param>
/// <param name="IsLeak">Whether the audit calls it a leak.</param>
public sealed record AucBar(string Name, double Auc, double Baseline, bool IsLeak);

/// <summary>AUC of each field beside what chance gives, the most telling on top.</summary>
public static class AucChart
{
    /// <summary>Draws the figure, in the order given.</summary>
    /// <param name="bars">At least one.</param>
    /// <param name="provenance">Where the data come from.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No bar.</exception>
    public static GenericChart Create(IReadOnlyList<AucBar> bars, string provenance, string title)
    {
        ArgumentNullException.ThrowIfNull(bars);
        if (bars.Count == 0)
        {
            throw new ArgumentException("At least one bar is needed.", nameof(bars));
        }

        // Shown down from the top; plotly.js counts categories up from the bottom.
        AucBar[] shown = [.. bars.Reverse()];
        string Text(AucBar bar) => bar.Name.Length <= 32 ? bar.Name : $"{bar.Name[..31]}…";
        IEnumerable<Trace> Bars(bool leak, string name, string colour)
        {
            AucBar[] own = [.. shown.Where(b => b.IsLeak == leak)];
            return own.Length == 0 ? [] : [new Trace("bar").With("name", name).With("orientation", "h").With("y", own.Select(Text).ToArray())
                .With("x", own.Select(b => b.Auc).ToArray()).With("marker", new { color = colour })
                .With("text", own.Select(b => FormattableString.Invariant($"{b.Auc:0.00}")).ToArray()).With("textposition", "inside").With("insidetextanchor", "start")
                .With("hovertemplate", "%{y}: %{x:.3f}")];
        }

        var chance = new Trace("scatter").With("name", "labels exchanged at random").With("mode", "markers").With("y", shown.Select(Text).ToArray())
            .With("x", shown.Select(b => b.Baseline).ToArray()).With("marker", new { symbol = "diamond", size = 9, color = ChartStyle.Ink, line = new { color = "#FFFFFF", width = 1.5 } })
            .With("hovertemplate", "%{y}: %{x:.3f}");
        var (chart, layout) = ChartStyle.Figure(
            title, provenance, "AUC 0.5 tells nothing, 1 tells all", 210 + (26 * bars.Count),
            [.. Bars(true, "leak", ChartStyle.Vermilion), .. Bars(false, "told, no leak by itself", ChartStyle.SkyBlue), chance]);
        var (x, y) = (ChartStyle.Axis("ROC-AUC, macro one-vs-rest (0–1)"), ChartStyle.Axis(""));
        (x["range"], x["dtick"]) = (new[] { 0.0, 1.0 }, 0.25);
        (y["type"], y["categoryorder"], y["categoryarray"]) = ("category", "array", shown.Select(Text).ToArray());
        layout.With("xaxis", x).With("yaxis", y).With("barmode", "overlay").With("bargap", 0.3).With("showlegend", true);
        return chart;
    }
}
