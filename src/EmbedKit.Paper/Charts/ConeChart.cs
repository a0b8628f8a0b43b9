using System.Numerics.Tensors;
using EmbedKit.Alignment;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>Cosines of pairs of rows, for the cone effect: rows of one modality point the same way, those of two do not.</summary>
/// <param name="WithinImage">Cosines of image–image pairs, −1…1.</param>
/// <param name="WithinText">Cosines of text–text pairs.</param>
/// <param name="Between">Cosines of image–text pairs; null when the two have different widths.</param>
public sealed record PairwiseCosines(IReadOnlyList<double> WithinImage, IReadOnlyList<double> WithinText, IReadOnlyList<double>? Between)
{
    /// <summary>Cosines of all pairs among some rows, normalised and of one width.</summary>
    /// <param name="set">N rows with both modalities.</param>
    /// <param name="rows">At most so many rows, evenly spaced over the set; default 300 (45,000 pairs within a modality).</param>
    /// <exception cref="Runtime.InputException">A modality is missing, or a row is zero.</exception>
    public static PairwiseCosines Of(EmbeddingSet set, int rows = 300)
    {
        var unit = UnitRows.Of(set, rows);
        var (image, text) = (unit.RequireImage(), unit.RequireText());
        return new(Within(image), Within(text), [.. Pairs((i, j) => true, unit.Count).Select(p => Cosine(image, p.I, text, p.J))]);

        static double[] Within(EmbeddingMatrix matrix) => [.. Pairs((i, j) => i < j, matrix.Rows).Select(p => Cosine(matrix, p.I, matrix, p.J))];
    }

    private static IEnumerable<(int I, int J)> Pairs(Func<int, int, bool> taken, int rows) =>
        from i in Enumerable.Range(0, rows) from j in Enumerable.Range(0, rows) where taken(i, j) select (i, j);

    private static double Cosine(EmbeddingMatrix a, int i, EmbeddingMatrix b, int j) => TensorPrimitives.Dot<float>(a.Row(i), b.Row(j));
}

/// <summary>Histograms of pairwise cosines within and between modalities.</summary>
public static class ConeChart
{
    private const int Bins = 80;

    /// <summary>Draws the figure.</summary>
    /// <param name="cosines">Cosines of pairs, all or sampled.</param>
    /// <param name="provenance">Where the data come from, e.g. <c>synthetic demo data</c>.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ArgumentException">No pair, or a cosine outside −1…1.</exception>
    public static GenericChart Create(PairwiseCosines cosines, string provenance, string title = "The cone effect: cosines of pairs of embeddings")
    {
        ArgumentNullException.ThrowIfNull(cosines);
        List<(string Name, IReadOnlyList<double> Values, string Colour, string Dash)> groups =
        [
            ("image–image", cosines.WithinImage, ChartStyle.Green, "solid"),
            ("text–text", cosines.WithinText, ChartStyle.Purple, "dash"),
        ];
        if (cosines.Between is { } between)
        {
            groups.Add(("image–text", between, ChartStyle.Blue, "dot"));
        }

        var traces = groups.Select(g => new Trace("scatter")
            .With("x", Enumerable.Range(0, Bins).Select(b => Math.Round(-1 + (2 * (b + 0.5) / Bins), 4)).ToArray()).With("y", Shares(g.Values))
            .With("name", $"{g.Name} (mean {NumberText.Fixed(g.Values.Average(), 2)})").With("mode", "lines").With("fill", "tozeroy")
            .With("fillcolor", ChartStyle.Translucent(g.Colour, 0.2)).With("line", new { color = g.Colour, width = 2, shape = "hvh", dash = g.Dash })
            .With("hovertemplate", "cosine %{x}: %{y:.2%}")).ToArray();
        var (chart, layout) = ChartStyle.Figure(title, provenance, $"{NumberText.Count(groups.Sum(g => g.Values.Count))} pairs", 430, traces);
        var (x, y) = (ChartStyle.Axis("cosine similarity"), ChartStyle.Axis("share of pairs"));
        (x["range"], y["tickformat"], y["rangemode"]) = (new[] { -1.02, 1.02 }, ".1~%", "tozero");
        layout.With("xaxis", x).With("yaxis", y);
        return chart;
    }

    private static double[] Shares(IReadOnlyList<double> values)
    {
        // Rounding may carry a cosine a hair beyond 1.
        if (values.Count == 0 || values.Any(v => !(Math.Abs(v) <= 1 + 1e-5)))
        {
            throw new ArgumentException("At least one pair of each kind is needed, and cosines between −1 and 1.", nameof(values));
        }

        var counts = new double[Bins];
        foreach (var value in values)
        {
            counts[Math.Clamp((int)((value + 1) / 2 * Bins), 0, Bins - 1)]++;
        }

        return [.. counts.Select(c => Math.Round(c / values.Count, 5))];
    }
}
