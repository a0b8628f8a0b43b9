using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// Shares whole groups out over sides: the largest first, while there is still room to make up for them, each to the side that misses its
/// classes most.
/// </summary>
internal static class GroupAllocation
{
    /// <summary>Assigns rows. Every side gets a group.</summary>
    /// <param name="groups">The group of each row (N); at least as many groups as sides.</param>
    /// <param name="classes">The class of each row (N), whose shares are kept alike.</param>
    /// <param name="shares">The share of rows wanted on each side; 1 together.</param>
    /// <param name="random">Orders groups of one size.</param>
    /// <param name="evenRows">Of sides that fit equally well, take the one with the fewest rows; otherwise the first.</param>
    /// <returns>The side of each row (N), numbered as <paramref name="shares"/>.</returns>
    internal static int[] Assign(IReadOnlyList<string> groups, IReadOnlyList<string> classes, IReadOnlyList<double> shares, SeededRandom random, bool evenRows)
    {
        var classIndex = classes.Distinct(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        var counts = CountByGroup(groups, classes, classIndex);
        var totals = new double[classIndex.Count];
        foreach (var cell in classes)
        {
            totals[classIndex[cell]]++;
        }

        var side = new Dictionary<string, int>(StringComparer.Ordinal);
        var filled = shares.Select(_ => new double[totals.Length]).ToArray();
        var groupsOn = new int[shares.Count];
        foreach (var (group, rows) in counts.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (Group: g, Tie: random.NextUInt64()))
            .OrderByDescending(g => g.Group.Value.Sum()).ThenBy(g => g.Tie).Select(g => g.Group))
        {
            var left = counts.Count - side.Count;
            var mustFill = left <= groupsOn.Count(n => n == 0);
            var chosen = Enumerable.Range(0, shares.Count).Where(s => !mustFill || groupsOn[s] == 0)
                .MinBy(s => (Cost(rows, filled[s], totals, shares[s]), evenRows ? filled[s].Sum() : 0));
            side[group] = chosen;
            groupsOn[chosen]++;
            for (var c = 0; c < totals.Length; c++)
            {
                filled[chosen][c] += rows[c];
            }
        }

        return [.. groups.Select(g => side[g])];
    }

    /// <summary>
    /// How much the squared distance from the wanted counts grows when the rows are put here, each class measured against its own total so that
    /// rare classes weigh as much as common ones. The same on every side but for the terms kept.
    /// </summary>
    private static double Cost(double[] rows, double[] filled, double[] totals, double share)
    {
        double cost = 0;
        for (var c = 0; c < totals.Length; c++)
        {
            cost += rows[c] * (filled[c] - (share * totals[c]) + (rows[c] / 2)) / (totals[c] * totals[c]);
        }

        return cost;
    }

    private static Dictionary<string, double[]> CountByGroup(IReadOnlyList<string> groups, IReadOnlyList<string> classes, Dictionary<string, int> classIndex)
    {
        var counts = new Dictionary<string, double[]>(StringComparer.Ordinal);
        for (var i = 0; i < groups.Count; i++)
        {
            if (!counts.TryGetValue(groups[i], out var rows))
            {
                counts[groups[i]] = rows = new double[classIndex.Count];
            }

            rows[classIndex[classes[i]]]++;
        }

        return counts;
    }
}
