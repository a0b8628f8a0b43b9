using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// Brings sides within three points of the whole in each frequent value, or as near as whole groups allow at the sizes asked for: moves of one group
/// or two together, and from where these end some random steps away to begin again. χ² alone (<see cref="GroupSides"/>) weighs all values at once,
/// and with some dozens of groups may leave a single one far off; sides that are near already in rows, classes and sizes of groups stay as they are.
/// </summary>
internal static class NearerSides
{
    // Looks at one value of one side, for all attempts: some tenths of a second.
    private const long Budget = 40_000_000;
    private const int Steps = 6, MostBegins = 60;

    // A side of a group or two looks like these, whichever they are; of very many, a value that χ² leaves off is one that no way brings near.
    private const double FewestOnSide = 2;
    private const int MostGroups = 20_000;

    /// <summary>The side of each group.</summary>
    /// <param name="attempts">Ways to share groups out, the most alike first: the side of each group.</param>
    /// <param name="profiles">What groups have.</param>
    /// <param name="shares">The share of each side.</param>
    /// <param name="random">Chooses the steps away.</param>
    internal static int[] Find(int[][] attempts, GroupProfiles profiles, IReadOnlyList<double> shares, SeededRandom random)
    {
        if (profiles.Sizes.Length > MostGroups || profiles.Sizes.Length * shares.Min() < FewestOnSide
            || SideShares.Largest(profiles, attempts[0], shares) <= SideShares.Near)
        {
            return attempts[0];
        }

        var budget = Budget;
        SideShares? nearest = null;
        foreach (var attempt in attempts)
        {
            var sides = new SideShares(profiles, attempt, shares);
            Improve(sides, null, ref budget);
            nearest = nearest is null || sides.Excess.IsLessThan(nearest.Excess) ? sides : nearest;
        }

        for (var begin = 0; begin < MostBegins && !nearest!.Excess.IsNone && budget > 0; begin++)
        {
            BeginAgain(nearest, random, ref budget);
        }

        return nearest!.SideOf();
    }

    private static void BeginAgain(SideShares sides, SeededRandom random, ref long budget)
    {
        var (before, done) = (sides.Excess, new List<GroupMove>());
        for (var step = 0; step < Steps; step++)
        {
            GroupMove[] moves = [.. sides.Moves()];
            done.Add(moves[random.Next(moves.Length)]);
            sides.Apply(done[^1]);
        }

        Improve(sides, done, ref budget);
        for (; done.Count > 0 && !sides.Excess.IsLessThan(before); done.RemoveAt(done.Count - 1))
        {
            sides.Apply(done[^1].Undone);
        }
    }

    private static void Improve(SideShares sides, List<GroupMove>? done, ref long budget)
    {
        while (!sides.Excess.IsNone && budget > 0 && (MoveOne(sides, done, ref budget) || MoveTwo(sides, done, ref budget)))
        {
        }
    }

    private static bool MoveOne(SideShares sides, List<GroupMove>? done, ref long budget)
    {
        var before = sides.Excess;
        foreach (var move in sides.Moves().ToArray())
        {
            budget -= 2 * sides.Values;
            sides.Apply(move);
            if (sides.Excess.IsLessThan(before))
            {
                done?.Add(move);
                return true;
            }

            sides.Apply(move.Undone);
        }

        return false;
    }

    private static bool MoveTwo(SideShares sides, List<GroupMove>? done, ref long budget)
    {
        var before = sides.Excess;
        GroupMove[] moves = [.. sides.Moves()];
        for (var i = 0; i < moves.Length; i++)
        {
            sides.Apply(moves[i]);
            for (var j = i; j < moves.Length && budget > 0; j++)
            {
                budget -= 4 * sides.Values;
                if (!sides.Apply(moves[j]))
                {
                    continue;
                }

                if (sides.Excess.IsLessThan(before))
                {
                    done?.AddRange(moves[i], moves[j]);
                    return true;
                }

                sides.Apply(moves[j].Undone);
            }

            sides.Apply(moves[i].Undone);
        }

        return false;
    }
}
