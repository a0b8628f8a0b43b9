using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Runtime;
using Plotly.NET;

namespace EmbedKit.Experiments;

/// <summary>Macro-F1 against λ with its 95 % interval over test groups (none where they are too few), and what nulls do: one panel a
/// fusion.</summary>
public static class SweepBandChart
{
    private static readonly (string Aligner, string Name, string Colour, string Dash)[] Nulls =
    [
        ("no-renormalize", "null: not renormalised", ChartStyle.Ink, "dot"),
        ("random-direction", "null: random direction", ChartStyle.Green, "dash"),
    ];

    /// <summary>Draws the figure.</summary>
    /// <param name="curves">Of one data set and encoder, each with its own fusion.</param>
    /// <param name="nulls">Sweeps whose aligner is a null: thin lines. Default none.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No curve, or two of one fusion.</exception>
    public static GenericChart Create(
        IReadOnlyList<LambdaCurve> curves, IReadOnlyList<TextTable> nulls, string provenance, string title = "Effect of closing the modality gap")
    {
        ArgumentNullException.ThrowIfNull(curves);
        ArgumentNullException.ThrowIfNull(nulls);
        if (curves.Count == 0 || curves.Select(c => c.Setting.Fusion).Distinct().Count() != curves.Count)
        {
            throw new ArgumentException($"{curves.Count} curves; expected at least one, each of its own fusion.", nameof(curves));
        }

        var lines = nulls.SelectMany(n => SweepCurve.Read(n, "f1_macro"), (table, curve) => (Aligner: table["aligner"][0], Curve: curve)).ToArray();
        var traces = curves.SelectMany((curve, panel) => Panel(curve, panel, [.. lines.Where(l => l.Curve.Fusion == curve.Setting.Fusion)]));
        var (rows, groups, seeds) = (curves[0].Rows, curves[0].Groups, curves[0].Seeds);
        var units = groups is { } several ? NumberText.Count(several, "group") : NumberText.Count(rows, "row");
        var note =
            $"test rows; {(seeds == 1 ? "one run a point" : $"mean of {seeds} seeds")}; "
                + $"{(curves[0].EnoughGroups ? $"band: 95 % interval over {units}" : $"{units}, too few for a band")}";
        var (chart, layout) = ChartStyle.Figure(title, provenance, note, 190 + (250 * curves.Count), traces);
        LambdaPanels.Axes(layout, [.. curves.Select(c => $"{c.Setting.Fusion}: macro-F1 (0–1)")]);
        return chart;
    }

    private static IEnumerable<Trace> Panel(LambdaCurve curve, int panel, (string Aligner, SweepCurve Curve)[] nulls)
    {
        var (fusion, colour) = (curve.Setting.Fusion, ChartStyle.Colour(curve.Setting.Fusion, panel));
        double[] x = [.. curve.Points.Select(p => p.Lambda)];
        if (curve.EnoughGroups)
        {
            yield return LambdaPanels.Band(
                x, curve.Points.Select(p => p.Interval.Low), curve.Points.Select(p => p.Interval.High), panel, fusion + " 95 % interval", colour,
                0.15);
        }

        yield return LambdaPanels.Line([x[0], x[^1]], [curve.Zero.MacroF1, curve.Zero.MacroF1], panel, "λ = 0: identity", panel == 0)
            .With("line", new { color = ChartStyle.Grey, width = 1 }).With("hoverinfo", "skip");
        foreach (var (aligner, name, shade, dash) in Nulls)
        {
            foreach (var line in nulls.Where(n => n.Aligner == aligner))
            {
                yield return LambdaPanels.Line(
                    line.Curve.Points.Select(p => p.Lambda), line.Curve.Points.Select(p => p.Mean), panel, name, panel == 0)
                    .With("mode", "lines+markers").With("marker", new { size = 4, color = shade })
                    .With("line", new { color = shade, width = 1.2, dash });
            }
        }

        yield return LambdaPanels.Models(x, curve.Points.Select(p => p.MacroF1), panel, fusion, true, fusion, colour);
    }
}
