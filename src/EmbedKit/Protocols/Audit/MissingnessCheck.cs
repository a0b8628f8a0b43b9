using EmbedKit.Data;
namespace EmbedKit.Protocols.Audit;

/// <summary>
/// Whether cells are empty by class. Empty because another field says so (no years of diabetes without diabetes) is that field's information:
/// at least half of the difference must remain among rows that agree in any one other field.
/// </summary>
internal static class MissingnessCheck
{
    internal const double FewestAuc = 0.6;
    private const double WithinShare = 0.5, WithinDeviations = 2;
    private const int MostStrata = 20;

    /// <summary>The other field that explains it, or null.</summary>
    internal static string? ExplainedBy(FieldCodes field, int positive, LabelTarget target, IEnumerable<FieldCodes> others) =>
        others.FirstOrDefault(o => o.Name != field.Name && o.Values.Length <= MostStrata && !Remains(field, o, positive, target))?.Name;

    private static bool Remains(FieldCodes field, FieldCodes strata, int positive, LabelTarget target)
    {
        var counts = new int[strata.Values.Length, 2, 2];
        foreach (var row in target.Units)
        {
            counts[strata.OfRow[row], target.OfRow[row] == positive ? 1 : 0, field.Missing[row] ? 1 : 0]++;
        }

        var overall = new Presence(
            target.Units.Count(r => field.Missing[r] && target.OfRow[r] == positive), target.Units.Count(r => field.Missing[r]),
            target.UnitsOfClass[positive], target.Units.Length).Auc - 0.5;

        // Van Elteren's weights; the variance of each stratum's AUC under chance is that of a rank sum with ties.
        double weights = 0, sum = 0, variance = 0;
        for (var s = 0; s < strata.Values.Length; s++)
        {
            double negatives = counts[s, 0, 0] + counts[s, 0, 1], positives = counts[s, 1, 0] + counts[s, 1, 1];
            var all = negatives + positives;
            if (negatives == 0 || positives == 0)
            {
                continue;
            }

            var difference = ((counts[s, 1, 1] / positives) - (counts[s, 0, 1] / negatives)) / 2;
            var empty = (counts[s, 0, 1] + counts[s, 1, 1]) / all;
            var weight = positives * negatives / (all + 1);
            weights += weight;
            sum += weight * difference;
            variance += weight * weight * empty * (1 - empty) * ((1 / positives) + (1 / negatives)) / 4;
        }

        return weights > 0 && variance > 0 && sum / weights / overall >= WithinShare && Math.Abs(sum) >= WithinDeviations * Math.Sqrt(variance);
    }
}
