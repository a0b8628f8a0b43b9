namespace EmbedKit.Data;

/// <summary>
/// What the sides of a split should look alike in, counted by group: rows, classes, sizes of groups, classes within sizes, and further columns.
/// A value that too few groups have for every side to get its share is pooled with the others of its column.
/// </summary>
internal sealed class GroupProfiles
{
    // Rows, then classes and sizes come first; what goes with them follows.
    private const double RowsWeight = 16, MainWeight = 4, OtherWeight = 1;

    // Above this share of rows, rare classes are combinations of several labels, and no model expects to have met each of them.
    private const double MostRareRows = 0.05;

    private readonly List<double> _totals = [];
    private readonly List<double> _weights = [];
    private readonly List<(int Value, int Groups)> _classes = [];

    private GroupProfiles(int[] groupOfRow, int count)
    {
        (GroupOfRow, Sizes, Compared) = (groupOfRow, RowsOf(groupOfRow, count), []);
        Entries = new (int, double)[count][];
    }

    /// <summary>The group of each row (N), 0 … number of groups − 1, in order of appearance.</summary>
    internal int[] GroupOfRow { get; }

    /// <summary>Rows of each group.</summary>
    internal int[] Sizes { get; }

    /// <summary>The values each group has, and in how many rows.</summary>
    internal (int Value, double Rows)[][] Entries { get; }

    /// <summary>Rows of each value.</summary>
    internal double[] Totals => [.. _totals];

    /// <summary>How much a value's deviation counts.</summary>
    internal double[] Weights => [.. _weights];

    /// <summary>The values that are classes, with the number of groups that have them; combinations that hardly any group has are left out.</summary>
    internal IReadOnlyList<(int Value, int Groups)> Classes => _classes;

    /// <summary>What a reader compares, unpooled: the value of each row (N), −1 for one that too few groups have; classes first, then sizes, then the
    /// further columns.</summary>
    internal IReadOnlyList<int[]> Compared { get; private set; }

    /// <summary>Counts.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="classes">The class of each row (N).</param>
    /// <param name="alike">Further columns: the value of each row (N), numbered from 0.</param>
    /// <param name="shares">The share of each side.</param>
    internal static GroupProfiles Of(
        IReadOnlyList<string> groups, IReadOnlyList<string> classes, IEnumerable<int[]> alike, IReadOnlyList<double> shares)
    {
        var (groupOfRow, count) = Codes(groups);
        var (classOfRow, _) = Codes(classes);
        var profiles = new GroupProfiles(groupOfRow, count);

        // Where a side can expect less than half a group, "its share" would always be none.
        var fewest = 0.5 / shares.Min();
        var sizeOfRow = profiles.SizeClasses(fewest);
        var together = Codes([.. classOfRow.Zip(sizeOfRow)]).Codes;
        int[][] further = [.. alike];
        profiles.Compared = [profiles.Frequent(classOfRow, shares.Count), profiles.Held([.. groupOfRow.Select(g => profiles.Sizes[g])], fewest),
            .. further.Select(codes => profiles.Held(codes, fewest))];
        var features =
            new List<(int[] OfRow, double Weight)> { (new int[groups.Count], RowsWeight), (profiles.Compared[0], MainWeight),
                (sizeOfRow, MainWeight) };
        features.AddRange(further.Prepend(together).Select(codes => (profiles.Pooled(codes, fewest), OtherWeight)));
        profiles.Count(features, shares.Count);
        return profiles;
    }

    /// <summary>Numbers equal values alike, in order of appearance.</summary>
    internal static (int[] Codes, int Count) Codes<T>(IReadOnlyList<T> cells)
        where T : notnull
    {
        var known = new Dictionary<T, int>();
        var codes = new int[cells.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            if (!known.TryGetValue(cells[i], out codes[i]))
            {
                known[cells[i]] = codes[i] = known.Count;
            }
        }

        return (codes, known.Count);
    }

    /// <summary>How many rows have each code.</summary>
    internal static int[] RowsOf(IEnumerable<int> codes, int count)
    {
        var rows = new int[count];
        foreach (var code in codes)
        {
            rows[code]++;
        }

        return rows;
    }

    private void Count(List<(int[] OfRow, double Weight)> features, int sides)
    {
        var rows = Enumerable.Range(0, GroupOfRow.Length).ToLookup(r => GroupOfRow[r]);
        var number = features.Select(_ => new Dictionary<int, int>()).ToArray();
        var groupsWithClass = new Dictionary<int, int>();
        var counts = new Dictionary<int, double>();
        for (var group = 0; group < Entries.Length; group++)
        {
            counts.Clear();
            for (var f = 0; f < features.Count; f++)
            {
                foreach (var code in rows[group].Select(r => features[f].OfRow[r]).Where(code => code >= 0))
                {
                    if (!number[f].TryGetValue(code, out var value))
                    {
                        number[f][code] = value = _totals.Count;
                        _totals.Add(0);
                        _weights.Add(features[f].Weight);
                    }

                    counts[value] = counts.GetValueOrDefault(value) + 1;
                    _totals[value]++;
                }
            }

            Entries[group] = [.. counts.Select(c => (c.Key, c.Value))];
            foreach (var value in counts.Keys.Where(number[1].ContainsValue))
            {
                groupsWithClass[value] = groupsWithClass.GetValueOrDefault(value) + 1;
            }
        }

        _classes.AddRange(number[1].Where(c => c.Key != int.MaxValue).Select(c => (c.Value, groupsWithClass[c.Value])));
    }

    /// <summary>Classes as they are, unless those with fewer groups than sides are many: then they are one.</summary>
    private int[] Frequent(int[] classOfRow, int sides)
    {
        var groups = GroupsOf(classOfRow);
        var rare = classOfRow.Count(c => groups[c] < sides);
        return rare < MostRareRows * classOfRow.Length ? classOfRow : [.. classOfRow.Select(c => groups[c] < sides ? int.MaxValue : c)];
    }

    /// <summary>Values that enough groups have; the others as one value, or −1 where even together they are too few.</summary>
    private int[] Pooled(int[] codes, double fewest)
    {
        var groups = GroupsOf(codes);
        int[] pooled = [.. codes.Select(c => groups[c] < fewest ? int.MaxValue : c)];
        return GroupsOf(pooled).GetValueOrDefault(int.MaxValue) >= fewest ? pooled : [.. pooled.Select(c => c == int.MaxValue ? -1 : c)];
    }

    /// <summary>Values that enough groups have; −1 for the others.</summary>
    private int[] Held(int[] codes, double fewest)
    {
        var groups = GroupsOf(codes);
        return [.. codes.Select(c => groups[c] < fewest ? -1 : c)];
    }

    private Dictionary<int, int> GroupsOf(int[] codes) => codes.Zip(GroupOfRow).Distinct().CountBy(pair => pair.First).ToDictionary();

    /// <summary>The size of each row's group, neighbouring sizes together until enough groups have them.</summary>
    private int[] SizeClasses(double fewest)
    {
        var classOfSize = new Dictionary<int, int>();
        var (current, groups) = (0, 0);
        foreach (var (size, count) in Sizes.CountBy(s => s).OrderBy(s => s.Key))
        {
            classOfSize[size] = current;
            groups += count;
            if (groups >= fewest)
            {
                (current, groups) = (current + 1, 0);
            }
        }

        // The last few join those before them.
        var last = groups > 0 && current > 0 ? current - 1 : current;
        return [.. GroupOfRow.Select(g => Math.Min(classOfSize[Sizes[g]], last))];
    }
}
