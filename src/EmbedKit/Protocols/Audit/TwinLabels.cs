using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>What it is worth that rows outside training have relatives inside: the same lesion, the same picture.</summary>
internal static class TwinLabels
{
    /// <summary>What a test row's label is worth that is read off the training rows of its group: macro AUC, and the same with the training labels
    /// exchanged.</summary>
    internal static (double Auc, double Baseline) Worth(
        AuditTable table, LabelTarget target, IReadOnlyList<int> groups, int groupCount, SeededRandom random)
    {
        int[] train = [.. target.Rows.Where(r => table.Splits![r] == Split.Train)];
        int[] test = [.. target.Rows.Where(r => table.Splits![r] == Split.Test)];
        var labels = train.Select(r => target.OfRow[r]).ToArray();
        var auc = Macro(labels);
        random.Shuffle(labels);
        return (auc, Macro(labels));

        double Macro(int[] trainLabels)
        {
            var classes = target.Classes.Length;
            var (hits, all, prior) = (new int[groupCount * classes], new int[groupCount], new double[classes]);
            for (var i = 0; i < train.Length; i++)
            {
                hits[(groups[train[i]] * classes) + trainLabels[i]]++;
                all[groups[train[i]]]++;
                prior[trainLabels[i]] += 1.0 / train.Length;
            }

            var aucs = Enumerable.Range(0, classes).Select(c => Evaluation.Ranking.RocAuc(
                [.. test.Select(r => target.OfRow[r] == c)],
                [.. test.Select(r => all[groups[r]] == 0 ? prior[c] : hits[(groups[r] * classes) + c] / (double)all[groups[r]])]));
            return aucs.OfType<double>().DefaultIfEmpty(0.5).Average();
        }
    }
}
