using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>Groups that stand on both sides of the split.</summary>
/// <param name="TestRows">Test rows whose group has training rows.</param>
/// <param name="Leak">The leak, or null where no group is on both sides.</param>
/// <param name="Examples">Some of the groups.</param>
internal sealed record GroupLeak(int TestRows, Leak? Leak, IReadOnlyList<SharedGroup> Examples)
{
    private const int MostExamples = 20, MostIds = 5;

    internal static GroupLeak Find(AuditTable table, Split[] splits, LabelTarget target, SeededRandom random)
    {
        var test = GroupOverlap.SharingRows(table.Groups, splits, Split.Test);
        var validation = GroupOverlap.SharingRows(table.Groups, splits, Split.Validation);
        if (test.Length + validation.Length == 0)
        {
            return new(0, null, []);
        }

        var (auc, baseline) = TwinLabels.Worth(table, target, table.Groups, table.GroupCount, random);
        var sharing = string.Join(
            " and ", new[] { (Rows: test, Side: Split.Test), (Rows: validation, Side: Split.Validation) }.Where(s => s.Rows.Length > 0).Select(s =>
            $"{NumberText.Count(s.Rows.Length)} of "
                + $"{NumberText.Count(splits.Count(x => x == s.Side), (s.Side == Split.Test ? "test" : "validation") + " row")}"));
        var column = table.GroupColumn ?? "id";
        var leak = new Leak(LeakKind.Group, column, target.Column, auc, baseline, test.Length + validation.Length,
            $"A {column} of training rows is also that of {sharing}. A model can recognise the group instead of the finding: " +
            FormattableString.Invariant(
                $"the label of a test row read off its group's training rows alone has AUC {auc:0.000} (chance {baseline:0.000})."),
            $"Split by {column}, so that each group is on one side: embedkit data split does so.");
        return new(test.Length, leak, Show(table, splits, test.Concat(validation)));
    }

    private static SharedGroup[] Show(AuditTable table, Split[] splits, IEnumerable<int> sharing)
    {
        var groups = sharing.Select(r => table.Groups[r]).Distinct().Take(MostExamples).ToArray();
        var wanted = groups.ToHashSet();
        var rows = Enumerable.Range(0, table.Count).Where(r => wanted.Contains(table.Groups[r])).ToLookup(r => table.Groups[r]);
        return [.. groups.Select(g => new SharedGroup(
            table.GroupNamesOfRows[rows[g].First()],
            [.. rows[g].Where(r => splits[r] == Split.Train).Take(MostIds).Select(r => table.Ids[r])],
            [.. rows[g].Where(r => splits[r] != Split.Train).Take(MostIds).Select(r => table.Ids[r])]))];
    }
}
