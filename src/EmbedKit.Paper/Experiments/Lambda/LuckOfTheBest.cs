using EmbedKit.Data;

namespace EmbedKit.Experiments;

/// <summary>What picking the best of many equal runs "gains": models at λ = 0 that differ in their seed alone
/// (<see cref="VerdictRuns.Reseeded"/>).</summary>
/// <param name="Fusion">early or late.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="Mean">Their mean macro-F1 on the test rows, 0–1.</param>
/// <param name="Best">The highest.</param>
/// <param name="Worst">The lowest.</param>
public sealed record LuckOfTheBest(string Fusion, int Runs, double Mean, double Best, double Worst)
{
    /// <summary>What the best claims over one of the runs taken at random, on average.</summary>
    public double Expected => Best - Mean;

    /// <summary>What it claims over the worst: the most that can be claimed.</summary>
    public double Largest => Best - Worst;

    /// <summary>Reads the runs of each fusion.</summary>
    /// <param name="reseeded">A <c>sweep.csv</c> at one λ.</param>
    public static IReadOnlyList<LuckOfTheBest> Of(TextTable reseeded)
    {
        ArgumentNullException.ThrowIfNull(reseeded);
        return [.. Enumerable.Range(0, reseeded.RowCount).Where(r => reseeded["split"][r] == "test").GroupBy(r => reseeded["fusion"][r]).Select(g =>
        {
            double[] scores = [.. g.Select(r => reseeded.Number("f1_macro", r))];
            return new LuckOfTheBest(g.Key, scores.Length, scores.Average(), scores.Max(), scores.Min());
        })];
    }
}

/// <summary>A gain over λ = 0 as published: the best λ of a curve on the test rows.</summary>
/// <param name="Curve">The curve, with its source.</param>
/// <param name="Lambda">The best λ.</param>
/// <param name="Gain">Its macro-F1 less that at λ = 0.</param>
/// <param name="TestRows">Rows of the test set; null where not published.</param>
public sealed record PublishedGain(PublishedCurve Curve, double Lambda, double Gain, int? TestRows)
{
    /// <summary>The largest gain in macro-F1 among the paper's own curves.</summary>
    /// <param name="published">The published numbers.</param>
    public static PublishedGain Largest(PublishedNumbers published)
    {
        ArgumentNullException.ThrowIfNull(published);
        return published.AlignmentCurves(metric: "f1_macro")
            .Where(c => c.Paper == PublishedNumbers.Paper && c.Points.Any(p => p.Lambda == 0))
            .Select(c =>
            {
                var best = c.Points.MaxBy(p => p.Value)!;
                return new PublishedGain(
                    c, best.Lambda, best.Value - c.Points.First(p => p.Lambda == 0).Value,
                    published.Results.FirstOrDefault(r => r.DataSet.Equals(c.DataSet, StringComparison.OrdinalIgnoreCase))?.TestRows);
            })
            .MaxBy(g => g.Gain)!;
    }
}
