using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>An AUC beside what chance gives.</summary>
/// <param name="Auc">Macro one-vs-rest ROC-AUC.</param>
/// <param name="Baseline">Its mean with labels exchanged.</param>
/// <param name="Class">The class told best, a position in the target's classes; −1 where no class has enough units.</param>
/// <param name="ClassAuc">Its one-vs-rest ROC-AUC.</param>
/// <param name="ClassBaseline">The mean of the best class's AUC with labels exchanged: the best of several is above a half by luck.</param>
internal sealed record Strength(double Auc, double Baseline, int Class, double ClassAuc, double ClassBaseline)
{
    /// <summary>Measures, and measures again with labels exchanged.</summary>
    internal static Strength Of(LabelTarget target, Func<int[], double[]> aucs, IReadOnlyList<int[]> exchanged)
    {
        var (macro, at, best) = Summary(aucs(target.OfRow), target);
        var chance = exchanged.Select(labels => Summary(aucs(labels), target)).ToArray();
        return new(macro, chance.Average(c => c.Macro), at, best, chance.Average(c => c.Best));
    }

    /// <summary>Labels exchanged as often as asked.</summary>
    internal static int[][] Exchanges(LabelTarget target, int count, SeededRandom random) =>
        [.. Enumerable.Range(0, count).Select(_ => target.Exchanged(random))];

    private static (double Macro, int Class, double Best) Summary(double[] aucs, LabelTarget target)
    {
        var (at, best) = (-1, 0.5);
        for (var c = 0; c < aucs.Length; c++)
        {
            if (target.IsJudged(c) && !double.IsNaN(aucs[c]) && (at < 0 || aucs[c] > best))
            {
                (at, best) = (c, aucs[c]);
            }
        }

        return (aucs.Where(a => !double.IsNaN(a)).DefaultIfEmpty(0.5).Average(), at, best);
    }
}
