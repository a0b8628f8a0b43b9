using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>An AUC beside what chance gives.</summary>
/// <param name="Auc">Macro one-vs-rest ROC-AUC.</param>
/// <param name="Baseline">Its mean with labels exchanged.</param>
/// <param name="Class">The class told best, a position in the target's classes; −1 where no class has enough units.</param>
/// <param name="ClassAuc">Its one-vs-rest ROC-AUC.</param>
/// <param name="ClassBaseline">The mean of the best class's AUC with labels exchanged: the best of several is above a half by luck.</param>
/// <param name="Deviations">Standard deviations between the last two.</param>
internal sealed record Strength(double Auc, double Baseline, int Class, double ClassAuc, double ClassBaseline, double Deviations)
{
    /// <summary>Measures, and measures again with labels exchanged.</summary>
    internal static Strength Of(LabelTarget target, Func<int[], double[]> aucs, IReadOnlyList<int[]> exchanged)
    {
        var (macro, at, best) = Summary(aucs(target.OfRow), target);
        var chance = exchanged.Select(labels => Summary(aucs(labels), target)).ToArray();
        var (mean, deviation) = MeanAndDeviation([.. chance.Select(c => c.Best)]);
        return new(macro, chance.Average(c => c.Macro), at, best, mean, (best - mean) / Math.Max(deviation, 1e-4));
    }

    /// <summary>Labels exchanged as often as asked.</summary>
    internal static int[][] Exchanges(LabelTarget target, int count, SeededRandom random) => [.. Enumerable.Range(0, count).Select(_ => target.Exchanged(random))];

    private static (double Macro, int Class, double Best) Summary(double[] aucs, LabelTarget target)
    {
        var (at, best) = (-1, 0.5);
        for (var c = 0; c < aucs.Length; c++)
        {
            var enough = target.UnitsOfClass[c] >= LabelTarget.FewestUnits && target.Units.Length - target.UnitsOfClass[c] >= LabelTarget.FewestUnits;
            if (enough && !double.IsNaN(aucs[c]) && (at < 0 || aucs[c] > best))
            {
                (at, best) = (c, aucs[c]);
            }
        }

        return (aucs.Where(a => !double.IsNaN(a)).DefaultIfEmpty(0.5).Average(), at, best);
    }

    private static (double Mean, double Deviation) MeanAndDeviation(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)));
    }
}
