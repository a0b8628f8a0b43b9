using EmbedKit.Data;

namespace EmbedKit.Tests.Data;

/// <summary>
/// All ways to share groups of a few kinds out over three sides: how near these can come to the whole. Groups of one kind (rows, class) are alike, so
/// that only how many of each kind a side gets matters.
/// </summary>
internal sealed class ExhaustiveSplit
{
    private const double Frequent = 0.05;

    // A smaller side gets half of one of so many groups; a value that fewer have is not compared, as the split's card does not.
    private const int FewestGroups = 5;
    private static readonly double[] Shares = [0.7, 0.1, 0.2];
    private readonly (int Size, int Class, int Groups)[] _kinds;
    private readonly double _rows;

    // Rows of each class and size that is compared, by the kind's number; a class with its groups.
    private readonly (int[] Kinds, double Rows)[] _values;
    private readonly (int[] Kinds, int Groups)[] _classes;

    internal ExhaustiveSplit((int Size, int Class, int Groups)[] kinds)
    {
        (_kinds, _rows) = (kinds, kinds.Sum(k => k.Size * k.Groups));
        IEnumerable<int[]> By(Func<(int Size, int Class, int Groups), int> value) =>
            Enumerable.Range(0, kinds.Length).GroupBy(k => value(kinds[k])).Select(g => g.ToArray());
        _classes = [.. By(k => k.Class).Select(c => (c, c.Sum(k => kinds[k].Groups)))];
        _values = [.. By(k => k.Class).Concat(By(k => k.Size).Where(s => s.Sum(k => kinds[k].Groups) >= FewestGroups))
            .Select(v => (v, (double)v.Sum(k => kinds[k].Size * kinds[k].Groups))).Where(v => v.Item2 >= Frequent * _rows)];
    }

    /// <summary>How many different sides there are.</summary>
    internal static double Sides(IEnumerable<int> groups) => groups.Aggregate(1.0, (ways, n) => ways * (n + 1));

    /// <summary>The rows of every group: its name, class and kind.</summary>
    internal IEnumerable<(string Group, string Class, int Kind)> Rows() =>
        from kind in Enumerable.Range(0, _kinds.Length)
        from g in Enumerable.Range(0, _kinds[kind].Groups)
        from row in Enumerable.Range(0, _kinds[kind].Size)
        select ($"{kind}-{g}", $"class {_kinds[kind].Class}", kind);

    /// <summary>The largest deviation of the best way: of a side's rows from its share, and of what is compared on a side from the whole.</summary>
    internal double Best()
    {
        int[][] sides = [.. Vectors(0)];
        var number = sides.Index().ToDictionary(s => Number(s.Item), s => s.Index);
        double[][] off = [.. Shares.Select((_, side) => sides.Select(s => Off(s, side)).ToArray())];
        int[] Nearest(int side) => [.. Enumerable.Range(0, sides.Length).Where(i => off[side][i] < 1).OrderBy(i => off[side][i])];
        var (validations, tests, all) = (Nearest(1), Nearest(2), Number([.. _kinds.Select(k => k.Groups)]));
        var best = 1.0;
        foreach (var v in validations.TakeWhile(v => off[1][v] < best))
        {
            foreach (var t in tests.TakeWhile(t => off[2][t] < best).Where(t => Fit(sides[v], sides[t])))
            {
                best = Math.Min(best, Math.Max(Math.Max(off[1][v], off[2][t]), off[0][number[all - Number(sides[v]) - Number(sides[t])]]));
            }
        }

        return best;
    }

    /// <summary>The same of a split of <see cref="Rows"/>.</summary>
    internal double Of(IReadOnlyList<Split> split) => Shares.Select((_, side) => Off(
        [.. _kinds.Select((_, kind) => Rows().Zip(split).Where(r => r.First.Kind == kind && (int)r.Second == side).Distinct().Count())], side)).Max();

    private bool Fit(int[] one, int[] other)
    {
        for (var k = 0; k < one.Length; k++)
        {
            if (one[k] + other[k] > _kinds[k].Groups)
            {
                return false;
            }
        }

        return true;
    }

    private long Number(int[] side) => side.Zip(_kinds).Aggregate(0L, (number, k) => (number * (k.Second.Groups + 1)) + k.First);

    /// <summary>1 for a side without rows, without a class that enough groups have for every side, or of another size than asked for.</summary>
    private double Off(int[] side, int number)
    {
        double Of(int[] kinds) => kinds.Sum(k => side[k] * _kinds[k].Size);
        var rows = Of([.. Enumerable.Range(0, side.Length)]);
        return rows == 0 || Math.Abs((rows / _rows) - Shares[number]) > Math.Max(0.03, Shares[number] / 4)
            || _classes.Any(c => c.Groups >= Shares.Length && c.Kinds.Sum(k => side[k]) == 0) ? 1
            : _values.Select(v => Math.Abs((Of(v.Kinds) / rows) - (v.Rows / _rows))).Append(Math.Abs((rows / _rows) - Shares[number])).Max();
    }

    private IEnumerable<int[]> Vectors(int kind) => kind == _kinds.Length ? [[]]
        : from rest in Vectors(kind + 1) from n in Enumerable.Range(0, _kinds[kind].Groups + 1) select (int[])[n, .. rest];
}
