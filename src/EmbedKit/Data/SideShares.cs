namespace EmbedKit.Data;

/// <summary>A move of a group of some kind from one side to another.</summary>
internal readonly record struct GroupMove(int Kind, int From, int To)
{
    internal GroupMove Undone => new(Kind, To, From);
}

/// <summary>
/// Groups on sides, and how far each side is off in what a reader compares: its rows from its share, and each value of at least 5 % of the rows from
/// that value's share of the whole. Groups that have the same of all that are of one kind.
/// </summary>
internal sealed class SideShares
{
    /// <summary>What counts as near: three points.</summary>
    internal const double Near = 0.03;

    /// <summary>What counts as frequent, a share of all rows.</summary>
    internal const double Frequent = 0.05;

    // A side a quarter larger or smaller than asked for is another split, however alike: that comes before likeness.
    private const double MostOffSize = 0.25;

    private readonly IReadOnlyList<double> _shares;
    private readonly double _rows;
    private readonly double[] _whole, _sideRows;
    private readonly SideExcess[] _excess;
    private readonly bool[][] _needed;
    private readonly double[][] _filled;
    private readonly (int Value, double Rows)[][] _entries;
    private readonly double[] _sizes;
    private readonly List<int>[][] _groups;

    /// <summary>Takes groups as they stand.</summary>
    /// <param name="profiles">What groups have.</param>
    /// <param name="sideOf">The side of each group.</param>
    /// <param name="shares">The share of each side.</param>
    internal SideShares(GroupProfiles profiles, int[] sideOf, IReadOnlyList<double> shares)
    {
        (_shares, _rows, _filled) = (shares, profiles.GroupOfRow.Length, [.. shares.Select(_ => Array.Empty<double>())]);
        var (entries, classes) = Count(profiles);
        var totals = new Dictionary<int, (double Rows, int Groups)>();
        foreach (var (value, rows) in entries.SelectMany(e => e))
        {
            var (sum, groups) = totals.GetValueOrDefault(value);
            totals[value] = (sum + rows, groups + 1);
        }

        _needed = [.. shares.Select((_, side) => Enumerable.Range(0, totals.Count)
            .Select(v => classes.Contains(v) && GroupSides.Needs(shares, side, totals[v].Groups)).ToArray())];
        _whole = [.. Enumerable.Range(0, totals.Count).Select(v => totals[v].Rows / _rows is >= Frequent and var share ? share : 0)];
        (int Value, double Rows)[][] looked =
            [.. entries.Select(e => e.Where(v => _whole[v.Key] > 0 || _needed.Any(n => n[v.Key])).Select(v => (v.Key, v.Value)).ToArray())];
        int[][] kinds =
            [.. Enumerable.Range(0, sideOf.Length).GroupBy(g => (profiles.Sizes[g], string.Join(' ', looked[g]))).Select(k => k.ToArray())];
        _entries = [.. kinds.Select(k => looked[k[0]])];
        _sizes = [.. kinds.Select(k => (double)profiles.Sizes[k[0]])];
        _groups = [.. kinds.Select(k => shares.Select((_, s) => k.Where(g => sideOf[g] == s).ToList()).ToArray())];
        (_filled, _sideRows) = ([.. shares.Select(_ => new double[_whole.Length])], new double[shares.Count]);
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            for (var side = 0; side < shares.Count; side++)
            {
                Shift(kind, side, _groups[kind][side].Count);
            }
        }

        _excess = [.. shares.Select((_, side) => ExcessOf(side))];
    }

    /// <summary>The largest deviation of a side's rows, of a class or of a size of groups, counted without sorting groups by kind.</summary>
    internal static double Largest(GroupProfiles profiles, int[] sideOf, IReadOnlyList<double> shares)
    {
        double rows = profiles.GroupOfRow.Length;
        var onSide = GroupProfiles.RowsOf(profiles.GroupOfRow.Select(g => sideOf[g]), shares.Count);
        var largest = onSide.Zip(shares, (own, share) => Math.Abs((own / rows) - share)).Max();
        foreach (var codes in profiles.Compared.Take(2))
        {
            foreach (var value in codes.Zip(profiles.GroupOfRow, (code, g) => (code, Side: sideOf[g])).Where(v => v.code >= 0).CountBy(v => v)
                .GroupBy(v => v.Key.code))
            {
                var whole = value.Sum(v => v.Value) / rows;
                var own = value.ToDictionary(v => v.Key.Side, v => v.Value);
                largest = whole < Frequent ? largest
                    : Math.Max(largest, onSide.Select((all, side) => Math.Abs((own.GetValueOrDefault(side) / (double)all) - whole)).Max());
            }
        }

        return largest;
    }

    /// <summary>How far all sides are from near.</summary>
    internal SideExcess Excess => new(_excess.Sum(e => e.Missing), _excess.Sum(e => e.OffSize), _excess.Sum(e => e.Beyond));

    /// <summary>By how much a side's share of the rows is farther from the one asked for than it may be, 0…1.</summary>
    internal static double OffSize(double share, double wanted) =>
        Math.Max(0, Math.Abs(share - wanted) - Math.Max(Near, MostOffSize * wanted) - SideExcess.Rounding);

    /// <summary>Values that one look at a side compares.</summary>
    internal int Values => _whole.Length + 1;

    /// <summary>The moves there are.</summary>
    internal IEnumerable<GroupMove> Moves() =>
        from kind in Enumerable.Range(0, _groups.Length)
        from one in Enumerable.Range(0, _shares.Count)
        where _groups[kind][one].Count > 0
        from other in Enumerable.Range(0, _shares.Count)
        where one != other
        select new GroupMove(kind, one, other);

    /// <summary>Moves a group.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool Apply(GroupMove move)
    {
        var (from, to) = (_groups[move.Kind][move.From], _groups[move.Kind][move.To]);
        if (from.Count == 0)
        {
            return false;
        }

        to.Add(from[^1]);
        from.RemoveAt(from.Count - 1);
        Shift(move.Kind, move.From, -1);
        Shift(move.Kind, move.To, 1);
        (_excess[move.From], _excess[move.To]) = (ExcessOf(move.From), ExcessOf(move.To));
        return true;
    }

    /// <summary>The side of each group.</summary>
    internal int[] SideOf() =>
        [.. _groups.SelectMany(kind => kind.SelectMany((on, side) => on.Select(g => (Group: g, Side: side)))).OrderBy(g => g.Group)
            .Select(g => g.Side)];

    /// <summary>The values of each group with their rows, and which values are classes.</summary>
    private static (SortedDictionary<int, double>[] Entries, HashSet<int> Classes) Count(GroupProfiles profiles)
    {
        var number = new Dictionary<(int Column, int Code), int>();
        var entries = profiles.Sizes.Select(_ => new SortedDictionary<int, double>()).ToArray();
        foreach (var (column, codes) in profiles.Compared.Index())
        {
            foreach (var (row, code) in codes.Index().Where(c => c.Item >= 0))
            {
                if (!number.TryGetValue((column, code), out var value))
                {
                    number[(column, code)] = value = number.Count;
                }

                var of = entries[profiles.GroupOfRow[row]];
                of[value] = of.GetValueOrDefault(value) + 1;
            }
        }

        return (entries, [.. number.Where(n => n.Key is { Column: 0, Code: not int.MaxValue }).Select(n => n.Value)]);
    }

    private void Shift(int kind, int side, int groups)
    {
        foreach (var (value, rows) in _entries[kind])
        {
            _filled[side][value] += groups * rows;
        }

        _sideRows[side] += groups * _sizes[kind];
    }

    private SideExcess ExcessOf(int side)
    {
        var (filled, needed, rows) = (_filled[side], _needed[side], _sideRows[side]);
        var (missing, beyond) = (rows > 0 ? 0 : _whole.Length, SideExcess.Of((rows / _rows) - _shares[side]));
        for (var v = 0; v < _whole.Length; v++)
        {
            missing += needed[v] && filled[v] == 0 ? 1 : 0;
            beyond += _whole[v] > 0 && rows > 0 ? SideExcess.Of((filled[v] / rows) - _whole[v]) : 0;
        }

        return new(missing, OffSize(rows / _rows, _shares[side]), beyond);
    }
}

/// <summary>How far sides are from near.</summary>
/// <param name="Missing">Classes that a side should have and has not.</param>
/// <param name="OffSize">What sides are larger or smaller than they may be (<see cref="SideShares.OffSize"/>), shares of all rows.</param>
/// <param name="Beyond">What deviations are more than <see cref="SideShares.Near"/>, to the eighth power, so that the largest decides, nearly
/// alone.</param>
internal readonly record struct SideExcess(int Missing, double OffSize, double Beyond)
{
    internal const double Rounding = 1e-9;

    internal bool IsNone => Missing == 0 && Beyond == 0;

    /// <summary>Less than another by more than rounding.</summary>
    internal bool IsLessThan(SideExcess other) => Missing != other.Missing ? Missing < other.Missing
        : Math.Abs(OffSize - other.OffSize) > Rounding ? OffSize < other.OffSize
        : Beyond < other.Beyond * (1 - Rounding);

    /// <summary>What one deviation adds.</summary>
    internal static double Of(double deviation)
    {
        var beyond = Math.Max(0, Math.Abs(deviation) - SideShares.Near);
        var fourth = beyond * beyond * beyond * beyond;
        return fourth * fourth;
    }
}
