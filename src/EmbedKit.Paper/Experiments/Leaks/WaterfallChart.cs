using EmbedKit.Charts;
using EmbedKit.Runtime;
using Plotly.NET;

namespace EmbedKit.Experiments;

/// <summary>
/// What each leak is worth: macro-F1 from the published protocol down to the leak-free one, a bar a correction, early and late fusion below
/// each other.
/// </summary>
public static class WaterfallChart
{
    private const int StepHeight = 28, PanelRoom = 70, Margins = 190;

    /// <summary>Draws the figure.</summary>
    /// <param name="results">The ladder of one task and encoder pair: each fusion with all of <see cref="LeakStep.All"/>.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No result, or those of several tasks or encoder pairs.</exception>
    public static GenericChart Create(IReadOnlyList<LeakResult> results, string provenance, string title = "What each leak is worth")
    {
        ArgumentNullException.ThrowIfNull(results);
        if (results.Select(r => (r.Task, r.Encoder)).Distinct().Count() != 1)
        {
            throw new ArgumentException("The ladder of one task and encoder pair is needed.", nameof(results));
        }

        var fusions = results.GroupBy(r => r.Fusion).Select(g => new Ladder(g.Key, [.. g])).ToArray();
        var steps = fusions.Max(f => f.Names.Length);
        var (panel, pixels) = (StepHeight * steps, (fusions.Length * ((StepHeight * steps) + PanelRoom)) - PanelRoom);
        var seeds = results.Max(r => r.Seeds);
        var note = $"{(seeds > 1 ? $"mean of {seeds} runs" : "one run")}; whiskers: 95 % bootstrap by group";
        var (chart, layout) = ChartStyle.Figure(title, provenance, note, pixels + Margins, fusions.SelectMany(Traces));
        for (var i = 0; i < fusions.Length; i++)
        {
            var (x, y) = (ChartStyle.Axis($"macro-F1 (0–1), test rows, {fusions[i].Fusion} fusion"), ChartStyle.Axis(""));
            var top = 1 - ((double)i * (panel + PanelRoom) / pixels);
            (x["anchor"], x["range"]) = ("y" + ChartStyle.Panel(i), fusions[i].Range);
            (y["anchor"], y["domain"], y["autorange"], y["showgrid"]) =
                ("x" + ChartStyle.Panel(i), (double[])[Math.Max(0, top - ((double)panel / pixels)), top], "reversed", false);
            (y["categoryorder"], y["categoryarray"], y["tickvals"], y["ticktext"]) = ("array", fusions[i].Names, fusions[i].Names, fusions[i].Labels);
            layout.With("xaxis" + ChartStyle.Panel(i), x).With("yaxis" + ChartStyle.Panel(i), y);
        }

        layout.With("barmode", "overlay").With("bargap", 0.35).With("showlegend", true);
        return chart;
    }

    private static IEnumerable<Trace> Traces(Ladder ladder, int panel)
    {
        Trace On(string type, string name) =>
            new Trace(type).With("xaxis", "x" + ChartStyle.Panel(panel)).With("yaxis", "y" + ChartStyle.Panel(panel))
            .With("name", name).With("legendgroup", name).With("showlegend", panel == 0);
        Trace Bars(string name, string colour, Func<int, bool> taken)
        {
            int[] own = [.. Enumerable.Range(0, ladder.Names.Length).Where(taken)];
            return On("bar", name).With("orientation", "h").With("y", own.Select(i => ladder.Names[i]).ToArray())
                .With("x", own.Select(i => ladder.To[i] - ladder.From[i]).ToArray())
                .With("base", own.Select(i => ladder.From[i]).ToArray()).With("marker", new { color = colour })
                .With("customdata", own.Select(i => ladder.Words[i]).ToArray()).With("hovertemplate", "%{y}: %{customdata}");
        }

        yield return Bars("protocol", ChartStyle.Blue, ladder.IsTotal);
        yield return Bars("falls", ChartStyle.Vermilion, i => !ladder.IsTotal(i) && ladder.To[i] < ladder.From[i]);
        yield return Bars("rises", ChartStyle.Green, i => !ladder.IsTotal(i) && ladder.To[i] >= ladder.From[i]);
        yield return On("scatter", "F1 after the step").With("mode", "markers").With("y", ladder.Names).With("x", ladder.To)
            .With("marker", new { symbol = "line-ns-open", size = 12, color = ChartStyle.Ink })
            .With(
                "error_x",
                new
                {
                    type = "data",
                    symmetric = false,
                    array = ladder.Above,
                    arrayminus = ladder.Below,
                    color = ChartStyle.Ink,
                    thickness = 1.3,
                    width = 4
                })
            .With("hovertemplate", "%{y}: %{x:.3f}");
        yield return On("scatter", "this correction alone").With("mode", "markers").With("y", ladder.Alone.Select(a => a.Name).ToArray())
            .With("x", ladder.Alone.Select(a => a.MacroF1).ToArray())
            .With("marker", new { symbol = "diamond-open", size = 9, color = ChartStyle.Grey, line = new { width = 2 } })
            .With("hovertemplate", "%{y}, alone: %{x:.3f}");
    }

    /// <summary>One fusion's ladder as bars: published, the corrections that can move F1, leak-free.</summary>
    private sealed class Ladder
    {
        internal Ladder(string fusion, IReadOnlyList<LeakResult> results)
        {
            Fusion = fusion;
            LeakResult[] steps = [.. results.Where(r => r.Step.Kind != LeakStepKind.Alone && !IsAuc(r, results))];
            LeakResult[] shown = [.. steps, steps[^1]];
            Names = [.. steps.Select(s => s.Step.Name), "leak-free"];
            To = [.. shown.Select(s => s.MacroF1)];
            double Whisker(LeakResult s, Func<Evaluation.BootstrapInterval, double> end, int sign) =>
                s.Interval is { } i ? Math.Max(0, sign * (end(i) - s.MacroF1)) : 0;
            (Above, Below) = ([.. shown.Select(s => Whisker(s, i => i.High, 1))], [.. shown.Select(s => Whisker(s, i => i.Low, -1))]);
            Alone = [.. results.Where(r => r.Step.Kind == LeakStepKind.Alone && Names.Contains(r.Step.Name)).Select(r => (r.Step.Name, r.MacroF1))];
            var low = To.Zip(Below, (v, d) => v - d).Concat(Alone.Select(a => a.MacroF1)).Min();
            var high = To.Zip(Above, (v, d) => v + d).Concat(Alone.Select(a => a.MacroF1)).Max();
            var start = Math.Max(0, Math.Floor((low - 0.02) * 20) / 20);

            Range = [start, high + (0.03 * (high - start))];
            From = [.. Names.Select((_, i) => IsTotal(i) ? start : To[i - 1])];
            Labels = [.. Names.Select((
                name, i) => $"{name} <b>{(IsTotal(i) ? NumberText.Score(To[i]) : NumberText.PointsOnly(To[i] - To[i - 1]))}</b>")];
            Words = [.. shown.Select((s, i) => IsTotal(i) ? NumberText.Score(s.MacroF1) : LeakFindings.Change(s))];
        }

        internal string Fusion { get; }

        internal string[] Names { get; }

        internal double[] From { get; }

        internal double[] To { get; }

        internal double[] Above { get; }

        internal double[] Below { get; }

        internal double[] Range { get; }

        internal string[] Labels { get; }

        internal string[] Words { get; }

        internal IReadOnlyList<(string Name, double MacroF1)> Alone { get; }

        internal bool IsTotal(int i) => i == 0 || i == Names.Length - 1;

        private static bool IsAuc(LeakResult result, IReadOnlyList<LeakResult> results) =>
            result.Step.From is { } from && (results.First(r => r.Step == LeakStep.All[from]).Step.Open ^ result.Step.Open) == Leaks.Auc;
    }
}
