using System.Globalization;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>One comparison of raw data with embeddings.</summary>
/// <param name="Name">What is compared, e.g. "training data, one epoch".</param>
/// <param name="Unit">E.g. MiB or s; quantities of one unit share a panel.</param>
/// <param name="Raw">With raw images and text; above 0.</param>
/// <param name="Embeddings">With embeddings; above 0.</param>
internal sealed record EfficiencyPair(string Name, string Unit, double Raw, double Embeddings);

/// <summary>Memory and time, raw data against embeddings, on a log scale, each pair with its ratio (the paper's "&gt; 95 % less").</summary>
internal static class EfficiencyChart
{
    /// <summary>Characters a line of a name may have: names stand to the left of the bars, also on a phone.</summary>
    private const int LabelLength = 14;

    private const int PairHeight = 84, PanelGap = 64;

    /// <summary>Draws a panel per unit, in order of appearance.</summary>
    /// <param name="pairs">At least one.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No pair, or a quantity that is not above 0: it has no place on a log scale.</exception>
    public static GenericChart Create(IReadOnlyList<EfficiencyPair> pairs, string provenance, string title = "Raw data against embeddings")
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0
            || pairs.FirstOrDefault(p => !(p.Raw > 0 && p.Embeddings > 0 && double.IsFinite(p.Raw) && double.IsFinite(p.Embeddings))) is not null)
        {
            throw new ArgumentException("At least one pair is needed, and every quantity above 0.", nameof(pairs));
        }

        var panels = pairs.GroupBy(p => p.Unit).Select(g => (Unit: g.Key, Pairs: g.ToArray())).ToArray();
        var traces = panels.SelectMany((panel, i) => new[]
        {
            Bars(panel.Pairs, i, "raw data", ChartStyle.Orange, p => p.Raw, p => Amount(p.Raw)),
            Bars(panel.Pairs, i, "embeddings", ChartStyle.Blue, p => p.Embeddings, p => $"{Amount(p.Embeddings)}  ({Saving(p)})"),
        });
        var plot = (PairHeight * pairs.Count) + (PanelGap * (panels.Length - 1));
        var (chart, layout) = ChartStyle.Figure(title, provenance, "log scale; in brackets: embeddings against raw", plot + 180, traces);
        layout.With("barmode", "group").With("bargap", 0.3);
        var top = (double)plot;
        for (var i = 0; i < panels.Length; i++)
        {
            var bottom = top - (PairHeight * panels[i].Pairs.Length);
            var (x, y) = (ChartStyle.Axis(panels[i].Unit), ChartStyle.Axis(""));
            (x["type"], x["range"], x["dtick"], x["anchor"]) = ("log", Decades(panels[i].Pairs), 1, "y" + ChartStyle.Panel(i));
            (y["autorange"], y["anchor"], y["domain"]) =
                ("reversed", "x" + ChartStyle.Panel(i), new[] { Math.Round(bottom / plot, 4), Math.Round(top / plot, 4) });
            layout.With("xaxis" + ChartStyle.Panel(i), x).With("yaxis" + ChartStyle.Panel(i), y);
            top = bottom - PanelGap;
        }

        return chart;
    }

    private static Trace Bars(
        EfficiencyPair[] pairs, int panel, string name, string colour, Func<EfficiencyPair, double> value, Func<EfficiencyPair, string> label) =>
        new Trace("bar").With("orientation", "h").With("name", name).With("legendgroup", name).With("showlegend", panel == 0)
            .With("x", pairs.Select(value).ToArray()).With("y", pairs.Select(p => ChartStyle.Lines(p.Name, LabelLength)).ToArray())
            .With("text", pairs.Select(label).ToArray()).With("textposition", "outside").With("constraintext", "none")
            .With("textfont", new { size = 11 }).With("cliponaxis", false)
            .With("xaxis", "x" + ChartStyle.Panel(panel)).With("yaxis", "y" + ChartStyle.Panel(panel))
            .With("marker", new { color = colour }).With("hovertemplate", $"%{{x:.4g}} {pairs[0].Unit}");

    /// <summary>Whole decades around the data, and room for the labels to the right of the bars.</summary>
    private static double[] Decades(EfficiencyPair[] pairs)
    {
        var low = Math.Floor(Math.Log10(pairs.Min(p => Math.Min(p.Raw, p.Embeddings))) - 0.2);
        var high = Math.Log10(pairs.Max(p => Math.Max(p.Raw, p.Embeddings)));
        return [low, Math.Round(high + (0.45 * (high - low)) + 0.2, 3)];
    }

    private static string Saving(EfficiencyPair pair) => pair.Embeddings < pair.Raw
        ? $"÷ {Amount(pair.Raw / pair.Embeddings)}, −{((1 - (pair.Embeddings / pair.Raw)) * 100).ToString("0.#", CultureInfo.InvariantCulture)} %"
        : $"× {Amount(pair.Embeddings / pair.Raw)}";

    /// <summary>Three significant digits.</summary>
    private static string Amount(double value)
    {
        var decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(value)), 0, 8);
        return Math.Round(value, decimals).ToString(value >= 1000 ? "#,0" : "0.########", CultureInfo.InvariantCulture);
    }
}
