using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>One bar.</summary>
/// <param name="Model">E.g. image only, text only, early, late, aligned.</param>
/// <param name="Series">The colour it belongs to: <c>published</c>, <c>reproduced</c>, <c>leak-free</c>.</param>
/// <param name="Mean">Mean over runs, 0–1.</param>
/// <param name="Low">Lowest run.</param>
/// <param name="High">Highest run.</param>
public sealed record FusionBar(string Model, string Series, double Mean, double Low, double High);

/// <summary>Macro-F1 by model, a group of bars each, with the spread over runs.</summary>
public static class FusionBarChart
{
    /// <summary>Draws the figure; models and series in order of appearance.</summary>
    /// <param name="bars">At least one; at most one a model and series.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <param name="measure">Title of the value axis.</param>
    /// <exception cref="ArgumentException">No bar, one twice, or a mean outside its spread.</exception>
    public static GenericChart Create(
        IReadOnlyList<FusionBar> bars, string provenance, string title = "Macro-F1 by model", string measure = "macro-F1 (0–1), test rows")
    {
        ArgumentNullException.ThrowIfNull(bars);
        if (bars.Count == 0 || bars.GroupBy(b => (b.Model, b.Series)).Any(g => g.Skip(1).Any())
            || bars.Any(b => !(b.Low <= b.Mean && b.Mean <= b.High)))
        {
            throw new ArgumentException("At least one bar is needed, each once, with its mean between lowest and highest.", nameof(bars));
        }

        var series = bars.Select(b => b.Series).Distinct().ToArray();
        var traces = series.Select((name, i) =>
        {
            var own = bars.Where(b => b.Series == name).ToArray();
            return new Trace("bar").With("name", name).With("x", own.Select(b => b.Model).ToArray()).With("y", own.Select(b => b.Mean).ToArray())
                .With(
                    "marker",
                    new
                    {
                        color = SeriesColour(name, i),
                        pattern = new
                        {
                            shape = name == "published" ? "/"
                            : "",
                            bgcolor = SeriesColour(name, i),
                            fgcolor = "#FFFFFF",
                            size = 6,
                            solidity = 0.2
                        }
                    })
                .With("error_y", new
                {
                    type = "data",
                    visible = own.Any(b => b.High > b.Low),
                    symmetric = false,
                    array = own.Select(b => b.High - b.Mean).ToArray(),
                    arrayminus = own.Select(b => b.Mean - b.Low).ToArray(),
                    color = ChartStyle.Ink,
                    thickness = 1.5,
                    width = 4,
                })
                .With("text", own.Select(b => FormattableString.Invariant($"{b.Mean:0.00}")).ToArray()).With("textposition", "inside")
                .With("insidetextanchor", "start").With("textangle", -90).With("constraintext", "none").With("textfont", new { size = 11 })
                .With("hovertemplate", "%{x}: %{y:.4f}");
        }).ToArray();
        var spread = bars.Any(b => b.High > b.Low) ? "whiskers: lowest–highest run" : "single runs";
        var (chart, layout) = ChartStyle.Figure(title, provenance, spread, 440, traces);
        var (x, y) = (ChartStyle.Axis(""), ChartStyle.Axis(measure));
        (x["type"], y["rangemode"]) = ("category", "tozero");
        layout.With("xaxis", x).With("yaxis", y).With("barmode", "group").With("bargap", 0.25).With("showlegend", true);
        return chart;
    }

    /// <summary>The same colour for the same protocol on every figure.</summary>
    internal static string SeriesColour(string series, int index) => series switch
    {
        "published" => ChartStyle.Grey,
        "reproduced" => ChartStyle.Orange,
        "leak-free" => ChartStyle.Blue,
        _ => ChartStyle.Colour(series, index),
    };
}
