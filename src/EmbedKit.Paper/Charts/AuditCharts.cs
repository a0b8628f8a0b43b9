using System.Globalization;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>How many test rows of a split share a group with training rows.</summary>
/// <param name="DataSet">Whose rows.</param>
/// <param name="Split">The colour it belongs to: <c>published</c> for the paper's own rows, <c>reproduced</c> for this run's by its rule,
/// <c>leak-free</c>.</param>
/// <param name="Sharing">Test rows with a group-mate in training.</param>
/// <param name="TestRows">All test rows, above 0.</param>
public sealed record GroupSharing(string DataSet, string Split, int Sharing, int TestRows)
{
    /// <summary>The counts in words, split by split.</summary>
    /// <param name="sharing">The counts.</param>
    public static string InWords(IReadOnlyList<GroupSharing> sharing)
    {
        ArgumentNullException.ThrowIfNull(sharing);
        return string.Join(
            " ",
            sharing.GroupBy(s => s.Split)
                .Select(g => $"{string.Concat(g.Key[..1].ToUpperInvariant(), g.Key.AsSpan(1))}: " + (g.All(s => s.Sharing == 0)
            ? "no test row shares a group with training."
            : $"{string.Join(", ", g.Select(s => $"{NumberText.Count(s.Sharing)} of {NumberText.Count(s.TestRows)} ({s.DataSet})"))} test rows "
                + "share a group with training.")));
    }
}

/// <summary>Leaks as pictures.</summary>
public static class AuditCharts
{
    /// <summary>Each class's share of the rows of training, validation and test, with its rows written in.</summary>
    /// <param name="report">An audit.</param>
    /// <param name="label">One of its label columns.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No such label.</exception>
    public static GenericChart Balance(AuditReport report, string label, string provenance, string title = "Class balance")
    {
        ArgumentNullException.ThrowIfNull(report);
        BalanceRow[] rows = [.. report.Balance.Where(b => b.Label == label)];
        CheckAny(rows, label);
        var traces = rows.GroupBy(r => r.Split).Select((side, i) =>
        {
            double total = side.Sum(r => r.Rows);
            return Upright(
                side.Key, [.. side.Select(r => r.Class)], [.. side.Select(r => r.Rows / total)], [.. side.Select(r => Whole(r.Rows))],
                ChartStyle.Colour(side.Key, i));
        });
        return Grouped(
            traces, title, provenance, "number: rows", "share of the side's rows",
            rows.GroupBy(r => r.Split).Max(side => (double)side.Max(r => r.Rows) / side.Sum(r => r.Rows)));
    }

    /// <summary>How many test rows share a group with training rows, by data set and split.</summary>
    /// <param name="sharing">At least one.</param>
    /// <param name="provenance">Where the computed ones come from; the paper's rows are named by their own data set.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">None, or one without test rows.</exception>
    public static GenericChart Sharing(
        IReadOnlyList<GroupSharing> sharing, string provenance, string title = "Test rows that share a group with training")
    {
        ArgumentNullException.ThrowIfNull(sharing);
        CheckAny(sharing, "sharing");
        if (sharing.Any(s => s.TestRows < 1))
        {
            throw new ArgumentException("Every split needs test rows.", nameof(sharing));
        }

        var traces = sharing.GroupBy(s => s.Split).Select((side, i) => Upright(
            side.Key, [.. side.Select(s => s.DataSet)], [.. side.Select(s => (double)s.Sharing / s.TestRows)],
            [.. side.Select(s => $"{Whole(s.Sharing)} of {Whole(s.TestRows)}")],
            FusionBarChart.SeriesColour(side.Key, i)));
        return Grouped(
            traces, title, provenance, "group: lesion, patient or city", "share of test rows", sharing.Max(s => (double)s.Sharing / s.TestRows));
    }

    /// <summary>How well each field alone tells the label, beside what labels exchanged at random give.</summary>
    /// <param name="report">An audit.</param>
    /// <param name="label">One of its label columns.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No field of that label.</exception>
    public static GenericChart Fields(AuditReport report, string label, string provenance, string title = "What each field tells of the label")
    {
        ArgumentNullException.ThrowIfNull(report);
        FieldFinding[] fields = [.. report.Fields.Where(f => f.Label == label).OrderBy(f => f.Auc)];
        CheckAny(fields, label);
        Trace Part(string name, string colour, bool inText)
        {
            FieldFinding[] own = [.. fields.Where(f => f.InText == inText)];
            return Bars(
                name, [.. own.Select(f => f.Field)], [.. own.Select(f => f.Auc - 0.5)],
                [.. own.Select(f => f.Auc.ToString("0.00", CultureInfo.InvariantCulture))], colour)
                .With("orientation", "h").With("y", own.Select(f => f.Field).ToArray()).With("x", own.Select(f => f.Auc - 0.5).ToArray())
                .With("base", 0.5)
                .With("hovertemplate", "%{y}: %{text}");
        }

        var chance = new Trace("scatter").With("name", "labels exchanged").With("mode", "markers").With("y", fields.Select(f => f.Field).ToArray())
            .With("x", fields.Select(f => f.Baseline).ToArray())
            .With("marker", new { symbol = "line-ns-open", size = 14, color = ChartStyle.Ink, line = new { width = 2 } })
            .With("hovertemplate", "%{y}, labels exchanged: %{x:.2f}");
        var (chart, layout) = ChartStyle.Figure(title, provenance, $"label: {label}; 0.5: nothing, 1: everything", 240 + (30 * fields.Length),
            [Part("written into the text", ChartStyle.Vermilion, true), Part("not in the text", ChartStyle.Grey, false), chance], legendLines: 3);
        var (x, y) = (ChartStyle.Axis("ROC-AUC of the field alone, one class against the rest"), ChartStyle.Axis(""));
        // Room for the numbers at both ends of the bars; a name for each, however low the page makes the panel.
        (x["range"], x["tickmode"], x["tickvals"]) =
            (new[] { fields.Min(f => Math.Min(f.Auc, f.Baseline)) - 0.12, 1.1 }, "array", new[] { 0.25, 0.5, 0.75, 1 });
        (y["tickmode"], y["dtick"]) = ("linear", 1);
        (y["type"], y["categoryorder"], y["categoryarray"]) = ("category", "array", fields.Select(f => f.Field).ToArray());
        layout.With("xaxis", x).With("yaxis", y).With("barmode", "overlay").With("showlegend", true);
        return chart;
    }

    private static Trace Bars(string name, string[] categories, double[] values, string[] texts, string colour) => new Trace("bar")
        .With("name", name).With("x", categories).With("y", values).With("text", texts).With("textposition", "outside").With("textangle", 0)
        .With("constraintext", "none").With("cliponaxis", false).With("marker", new { color = colour })
        .With("hovertemplate", "%{x}: %{y:.1%} (%{text})");

    /// <summary>Numbers stand on end over their bars: on a phone a bar is as wide as one line of text.</summary>
    private static Trace Upright(string name, string[] categories, double[] values, string[] texts, string colour) =>
        Bars(name, categories, values, texts, colour).With("textangle", -90).With("textfont", new { size = 11 });

    private static GenericChart Grouped(IEnumerable<Trace> traces, string title, string provenance, string note, string measure, double highest)
    {
        var (chart, layout) = ChartStyle.Figure(title, provenance, note, 420, traces);
        var (x, y) = (ChartStyle.Axis(""), ChartStyle.Axis(measure));
        // Room for the numbers above the highest bar; no mark above 100 %.
        (x["type"], y["range"], y["tickformat"]) = ("category", new[] { 0, Math.Round(Math.Max(highest, 0.01) * 1.45, 3) }, ".0%");
        (y["tickmode"], y["tickvals"]) =
            ("array", Enumerable.Range(0, 11).Select(i => Math.Round(i * (highest > 0.5 ? 0.25 : 0.1), 2)).Where(v => v <= 1).ToArray());
        layout.With("xaxis", x).With("yaxis", y).With("barmode", "group").With("bargap", 0.25).With("showlegend", true);
        return chart;
    }

    private static void CheckAny<T>(IReadOnlyCollection<T> rows, string what)
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException($"Nothing to draw for '{what}'.", nameof(rows));
        }
    }

    private static string Whole(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
