namespace EmbedKit.Data.Splits;

/// <summary>How far a split cuts groups.</summary>
public static class GroupOverlap
{
    /// <summary>Counts test rows whose group also has training rows.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="split">The side of each row (N).</param>
    /// <returns>Test rows that share a group with a training row, and all test rows.</returns>
    public static (int Sharing, int Test) Count(IReadOnlyList<string> groups, IReadOnlyList<Split> split)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentOutOfRangeException.ThrowIfNotEqual(split.Count, groups.Count);
        var rows = Enumerable.Range(0, groups.Count);
        var trained = rows.Where(i => split[i] == Split.Train).Select(i => groups[i]).ToHashSet(StringComparer.Ordinal);
        var test = rows.Where(i => split[i] == Split.Test).ToArray();
        return (test.Count(i => trained.Contains(groups[i])), test.Length);
    }
}
