using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>Pictures that stand in several rows, and on both sides of the split.</summary>
internal static class DuplicateCheck
{
    private const int MostExamples = 50;

    internal static (DuplicateFinding Finding, Leak? Leak) Find(
        AuditTable table, LabelTarget[] targets, ImageEvidence images, RandomStreams random, CancellationToken cancellation)
    {
        var found = NearDuplicates.Find(table.Count, images.Fingerprints, images.Embeddings, random, images.Threads, cancellation);
        var repeated = Enumerable.Range(0, table.Count).GroupBy(r => found.ClusterOfRow[r]).Where(c => c.Skip(1).Any()).ToArray();
        string Labels(int row) => string.Join('\n', targets.Select(t => t.OfRow[row]));
        var test = table.Splits is { } splits ? GroupOverlap.SharingRows(found.ClusterOfRow, splits, Split.Test) : null;
        var finding = new DuplicateFinding(
            repeated.Sum(c => c.Count()), repeated.Length, test?.Length, repeated.Count(c => c.Select(Labels).Distinct().Skip(1).Any()),
            [.. repeated.SelectMany((cluster, i) => cluster.Select(r => (table.Ids[r], i + 1)))],
            [.. found.Pairs.Where(p => table.Splits is null || Crosses(table.Splits, p)).OrderBy(p => table.Groups[p.First] == table.Groups[p.Second])
                .ThenBy(p => p.First).Take(MostExamples)
                .Select(p => new SharedPicture(
                    table.Ids[p.First], table.Splits?[p.First].Text() ?? "", table.Ids[p.Second], table.Splits?[p.Second].Text() ?? "", p.Exact,
                    p.Cosine,
                    table.Groups[p.First] == table.Groups[p.Second], Labels(p.First) == Labels(p.Second)))]);
        var across = test is null ? 0 : test.Length + GroupOverlap.SharingRows(found.ClusterOfRow, table.Splits!, Split.Validation).Length;
        return (finding, across == 0 ? null : Leak(table, targets[0], found, test!.Length, across, random.Create("worth")));
    }

    private static bool Crosses(Split[] splits, DuplicatePair pair) => (splits[pair.First] == Split.Train) != (splits[pair.Second] == Split.Train);

    private static Leak Leak(AuditTable table, LabelTarget target, NearDuplicates found, int test, int across, SeededRandom random)
    {
        var (auc, baseline) = TwinLabels.Worth(table, target, found.ClusterOfRow, found.ClusterCount, random);
        var exact = found.Pairs.Count(p => p.Exact && Crosses(table.Splits!, p));
        return new(LeakKind.Duplicate, "image", target.Column, auc, baseline, across,
            $"Pictures of training rows are also those of {NumberText.Count(test)} of "
                + $"{NumberText.Count(table.Splits!.Count(s => s == Split.Test), "test row")}"
                + $"{(across > test ? $" and {NumberText.Count(across - test, "validation row")}" : "")}; "
            + $"{NumberText.Count(exact, "pair is", "pairs are")} equal files. " +
            FormattableString.Invariant($"Reading the label off the copy alone has AUC {auc:0.000} (chance {baseline:0.000})."),
            "Keep copies on one side (embedkit data split … --near-duplicates near-duplicates.csv), or remove them.");
    }
}
