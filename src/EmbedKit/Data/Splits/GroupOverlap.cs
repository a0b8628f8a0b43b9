using EmbedKit.Runtime;

namespace EmbedKit.Data.Splits;

/// <summary>How far a split cuts groups.</summary>
public static class GroupOverlap
{
    /// <summary>Counts test rows whose group also has training rows.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="split">The side of each row (N).</param>
    /// <returns>Test rows that share a group with a training row, and all test rows.</returns>
    public static (int Sharing, int Test) Count(IReadOnlyList<string> groups, IReadOnlyList<Split> split) =>
        (SharingRows(groups, split, Split.Test).Length, split.Count(s => s == Split.Test));

    /// <summary>What <see cref="Count"/> gives, e.g. <c>1 of 40 test rows shares a group with a training row</c>.</summary>
    /// <param name="overlap">Test rows that share a group, and all test rows.</param>
    public static string InWords((int Sharing, int Test) overlap) => $"{NumberText.Count(overlap.Sharing)} of "
        + $"{NumberText.Count(overlap.Test, "test row")} {(overlap.Sharing == 1 ? "shares" : "share")} a group with a training row";

    /// <summary>Rows of one side whose group also has training rows.</summary>
    /// <param name="groups">The group of each row (N), by name or by number.</param>
    /// <param name="split">The side of each row (N).</param>
    /// <param name="side">Whose rows.</param>
    internal static int[] SharingRows<T>(IReadOnlyList<T> groups, IReadOnlyList<Split> split, Split side)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentOutOfRangeException.ThrowIfNotEqual(split.Count, groups.Count);
        var rows = Enumerable.Range(0, groups.Count);
        var trained = rows.Where(i => split[i] == Split.Train).Select(i => groups[i]).ToHashSet();
        return [.. rows.Where(i => split[i] == side && trained.Contains(groups[i]))];
    }

    /// <summary>The groups that lie on several sides, with their rows.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="split">The side of each row (N).</param>
    public static IGrouping<string, int>[] Cut(IReadOnlyList<string> groups, IReadOnlyList<Split> split) =>
        [.. Enumerable.Range(0, groups.Count).GroupBy(i => groups[i], StringComparer.Ordinal)
            .Where(rows => rows.Select(i => split[i]).Distinct().Skip(1).Any())];
}
