using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>Groups that stand on both sides of the split.</summary>
internal static class GroupCheck
{
    private const int MostExamples = 20, MostIds = 5;

    /// <summary>Rows outside training whose group has training rows, by split.</summary>
    internal static int[] SharingRows(AuditTable table, Split split)
    {
        var training = new bool[table.GroupCount];
        for (var r = 0; r < table.Count; r++)
        {
            training[table.Groups[r]] |= table.Splits![r] == Split.Train;
        }

        return [.. Enumerable.Range(0, table.Count).Where(r => table.Splits![r] == split && training[table.Groups[r]])];
    }

    internal static IReadOnlyList<SharedGroup> Examples(AuditTable table, IEnumerable<int> sharing)
    {
        var groups = sharing.Select(r => table.Groups[r]).Distinct().Take(MostExamples).ToArray();
        var wanted = groups.ToHashSet();
        var rows = Enumerable.Range(0, table.Count).Where(r => wanted.Contains(table.Groups[r])).ToLookup(r => table.Groups[r]);
        return [.. groups.Select(g => new SharedGroup(
            table.GroupNamesOfRows[rows[g].First()],
            [.. rows[g].Where(r => table.Splits![r] == Split.Train).Take(MostIds).Select(r => table.Ids[r])],
            [.. rows[g].Where(r => table.Splits![r] != Split.Train).Take(MostIds).Select(r => table.Ids[r])]))];
    }

    /// <summary>What a test row's label is worth that is read off the training rows of its group: macro AUC, and the same with the training labels exchanged.</summary>
    internal static (double Auc, double Baseline) Worth(AuditTable table, LabelTarget target, SeededRandom random)
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
            var (hits, all, prior) = (new int[table.GroupCount * classes], new int[table.GroupCount], new double[classes]);
            for (var i = 0; i < train.Length; i++)
            {
                hits[(table.Groups[train[i]] * classes) + trainLabels[i]]++;
                all[table.Groups[train[i]]]++;
                prior[trainLabels[i]] += 1.0 / train.Length;
            }

            var aucs = Enumerable.Range(0, classes).Select(c => Evaluation.Ranking.RocAuc(
                [.. test.Select(r => target.OfRow[r] == c)],
                [.. test.Select(r => all[table.Groups[r]] == 0 ? prior[c] : hits[(table.Groups[r] * classes) + c] / (double)all[table.Groups[r]])]));
            return aucs.OfType<double>().DefaultIfEmpty(0.5).Average();
        }
    }
}
