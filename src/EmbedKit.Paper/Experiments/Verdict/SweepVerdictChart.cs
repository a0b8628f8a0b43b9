using EmbedKit.Charts;
using EmbedKit.Evaluation;
using Plotly.NET;

namespace EmbedKit.Experiments;

/// <summary>What alignment changes, a line a comparison: its interval, and beside it what choosing λ on the test rows would have claimed.</summary>
public static class SweepVerdictChart
{
    /// <summary>Draws the figure.</summary>
    /// <param name="verdicts">One a comparison, from the top; λ chosen in one way throughout.</param>
    /// <param name="claims">The curve each verdict belongs to, in the same order: its best λ on the test rows.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No verdict, or not a curve for each.</exception>
    public static GenericChart Create(
        IReadOnlyList<AlignmentVerdict> verdicts, IReadOnlyList<LambdaCurve> claims, string provenance, string title = "Is it real?")
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        ArgumentNullException.ThrowIfNull(claims);
        if (verdicts.Count == 0 || verdicts.Count != claims.Count)
        {
            throw new ArgumentException(
                $"{verdicts.Count} verdicts and {claims.Count} curves; expected at least one, and a curve for each.", nameof(claims));
        }

        string[] names = [.. verdicts.Select(v => Label(v.Title))];
        var claimed = Marks("best λ on the test rows: the claim", claims.Select(c => Points(c.Claim.Observed)), names)
            .With("marker", new { symbol = "x-thin-open", size = 9, color = ChartStyle.Vermilion, line = new { width = 2 } })
            .With("hovertemplate", "claimed %{x:+.1f} points");
        var checkable = claims.Zip(names).Where(c => c.First.EnoughGroups).ToArray();
        var luck = Marks(
            "best λ when λ does nothing (mean to 95 %)",
            checkable.SelectMany(c => new double?[] { Points(c.First.Claim.Expected), Points(c.First.Claim.High), null }),
            checkable.SelectMany(c => new[] { c.Second, c.Second, null }))
            .With("mode", "lines").With("line", new { color = ChartStyle.Translucent(ChartStyle.Orange, 0.5), width = 6 })
            .With("hovertemplate", "%{x:+.1f} points");
        var judged = verdicts.Zip(names).GroupBy(v => Kind(v.First)).OrderBy(g => g.Key.Order)
            .Select(g => Differences(g.Key.Name, g.Key.Colour, [.. g]));
        var note = $"test rows; bar: 95 % interval over groups (BCa); judged after correction for {verdicts[0].Comparisons} comparisons (Holm)";
        var (chart, layout) = ChartStyle.Figure(title, provenance, note, 300 + (30 * verdicts.Count), [luck, claimed, .. judged], legendLines: 4);
        var (x, y) = (ChartStyle.Axis("change of macro-F1 (points)"), ChartStyle.Axis(""));
        (x["zeroline"], x["zerolinecolor"], x["zerolinewidth"]) = (true, ChartStyle.Ink, 1);
        (y["type"], y["categoryorder"], y["categoryarray"], y["tickfont"]) = ("category", "array", names.Reverse().ToArray(), new { size = 11 });
        layout.With("xaxis", x).With("yaxis", y).With("showlegend", true);
        return chart;
    }

    private static double Points(double difference) => Math.Round(100 * difference, 3);

    private static Trace Marks<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> y) =>
        new Trace("scatter").With("name", name).With("mode", "markers").With("x", x.ToArray()).With("y", y.ToArray());

    private static (int Order, string Name, string Colour) Kind(AlignmentVerdict verdict) => verdict.Test.Verdict switch
    {
        Verdict.TooFewGroups => (1, "too few groups to judge", ChartStyle.SkyBlue),
        Verdict.NotShown => (0, "not shown to differ", ChartStyle.Grey),
        _ => (2, "better or worse", ChartStyle.Blue),
    };

    private static Trace Differences(string kind, string colour, (AlignmentVerdict Verdict, string Name)[] own)
    {
        double[] Reach(Func<MetricDifference, double> reach) => [.. own.Select(v => Points(reach(v.Verdict.Test)))];
        return Marks($"λ from validation rows: {kind}", Reach(t => t.Difference), own.Select(v => v.Name))
            .With("marker", new { size = 8, color = colour })
            .With("error_x", new
            {
                visible = own.Any(v => v.Verdict.Test.Verdict != Verdict.TooFewGroups),
                type = "data",
                symmetric = false,
                array = Reach(t => t.Interval.High - t.Difference),
                arrayminus = Reach(t => t.Difference - t.Interval.Low),
                color = colour,
                thickness = 1.8,
                width = 4,
            })
            .With("text", own.Select(v => v.Verdict.Choice).ToArray()).With("hovertemplate", "%{x:+.1f} points, %{text}");
    }

    /// <summary>"data set, encoder, fusion" in two lines, the data set above.</summary>
    private static string Label(string title)
    {
        var cut = title.LastIndexOf(", ", title.LastIndexOf(", ", StringComparison.Ordinal) - 1, StringComparison.Ordinal);
        return cut < 0 ? title : $"{title[..cut]}<br>{title[(cut + 2)..]}";
    }
}
