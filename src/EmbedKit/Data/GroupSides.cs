namespace EmbedKit.Data;

/// <summary>Groups on sides, and how far each side is from its share of the whole.</summary>
internal sealed class GroupSides
{
    // More than all the rest can weigh: a side without a class cannot be made up for.
    private const double MissingClass = 1e6;

    private readonly GroupProfiles _profiles;
    private readonly double[] _weights;
    private readonly double[][] _filled, _wanted, _missing;

    internal GroupSides(GroupProfiles profiles, IReadOnlyList<double> shares)
    {
        _profiles = profiles;
        _weights = profiles.Weights;
        var totals = profiles.Totals;
        _filled = [.. shares.Select(_ => new double[totals.Length])];
        _wanted = [.. shares.Select(share => totals.Select(total => share * total).ToArray())];
        _missing = [.. shares.Select(_ => new double[totals.Length])];
        SideOf = [.. Enumerable.Repeat(-1, profiles.Sizes.Length)];
        Groups = new int[shares.Count];
        foreach (var (value, groups) in profiles.Classes)
        {
            for (var side = 0; side < shares.Count; side++)
            {
                _missing[side][value] = Needs(shares, side, groups) ? MissingClass * (Learns(shares, side) ? 2 : 1) : 0;
            }
        }
    }

    /// <summary>The side of each group; −1 before it has one.</summary>
    internal int[] SideOf { get; }

    /// <summary>Groups on each side.</summary>
    internal int[] Groups { get; }

    /// <summary>Whether a side should have a class: every side one that enough groups have, and the side that models learn from any.</summary>
    /// <param name="shares">The share of each side.</param>
    /// <param name="side">The side.</param>
    /// <param name="groups">How many groups have the class.</param>
    internal static bool Needs(IReadOnlyList<double> shares, int side, int groups) => groups >= shares.Count || Learns(shares, side);

    /// <summary>Whether models learn from a side: the largest, where one alone is.</summary>
    /// <param name="shares">The share of each side.</param>
    /// <param name="side">The side.</param>
    internal static bool Learns(IReadOnlyList<double> shares, int side) =>
        shares[side] == shares.Max() && shares.Count(s => s == shares[side]) == 1;

    /// <summary>Whether one cost is less than another by more than rounding.</summary>
    internal static bool IsLess(double cost, double than) => cost < than - (1e-9 * (1 + Math.Abs(than)));

    /// <summary>χ² over all sides and values, each value by its weight; a class missing where it should not be outweighs all.</summary>
    internal double Distance()
    {
        double sum = 0;
        for (var side = 0; side < _filled.Length; side++)
        {
            for (var v = 0; v < _filled[side].Length; v++)
            {
                var off = _filled[side][v] - _wanted[side][v];
                sum += (_weights[v] * off * off / _wanted[side][v]) + (_filled[side][v] == 0 ? _missing[side][v] : 0);
            }
        }

        return sum;
    }

    /// <summary>By how much <see cref="Distance"/> grows when a group is put on a side.</summary>
    internal double CostOfAdding(int group, int side)
    {
        double cost = 0;
        var (filled, wanted, missing) = (_filled[side], _wanted[side], _missing[side]);
        foreach (var (v, rows) in _profiles.Entries[group])
        {
            cost += (_weights[v] * rows * ((2 * (filled[v] - wanted[v])) + rows) / wanted[v]) - (filled[v] == 0 ? missing[v] : 0);
        }

        return cost;
    }

    internal void Add(int group, int side)
    {
        foreach (var (v, rows) in _profiles.Entries[group])
        {
            _filled[side][v] += rows;
        }

        SideOf[group] = side;
        Groups[side]++;
    }

    internal void Remove(int group)
    {
        var side = SideOf[group];
        foreach (var (v, rows) in _profiles.Entries[group])
        {
            _filled[side][v] -= rows;
        }

        SideOf[group] = -1;
        Groups[side]--;
    }

    /// <summary>Exchanges two groups of different sides if that lessens <see cref="Distance"/>.</summary>
    internal bool Exchange(int first, int second)
    {
        var (here, there) = (SideOf[first], SideOf[second]);
        Remove(first);
        Remove(second);
        var before = CostOfAdding(first, here) + CostOfAdding(second, there);
        var after = CostOfAdding(second, here) + CostOfAdding(first, there);
        var better = IsLess(after, before);
        Add(first, better ? there : here);
        Add(second, better ? here : there);
        return better;
    }
}
