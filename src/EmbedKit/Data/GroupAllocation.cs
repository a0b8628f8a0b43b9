using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// Shares whole groups out over sides so that every side looks like the whole: several seeded attempts, each filled group by group (the largest
/// first) and then mended by moving and exchanging groups; the most alike is kept. The distance is χ² between what a side has and its share of the
/// whole, so that a small side is as near as a large one (minimising it one group after the other is the method of Sainte-Laguë). Where that leaves a
/// frequent value more than three points off, as it may with some dozens of groups, <see cref="NearerSides"/> looks on; not for folds, which are to
/// be equal among themselves.
/// </summary>
internal static class GroupAllocation
{
    // Looks at one value of one group; about a hundredth of a second together.
    private const double Budget = 4_000_000;
    private const int MostAttempts = 16, MostPasses = 8, Partners = 4;

    /// <summary>Assigns rows. Every side gets a group; every class that has enough groups is on every side, and any other among the largest
    /// side's.</summary>
    /// <param name="groups">The group of each row (N); at least as many groups as sides.</param>
    /// <param name="classes">The class of each row (N).</param>
    /// <param name="shares">The share of rows wanted on each side; 1 together.</param>
    /// <param name="random">Orders groups of one size, and proposes exchanges.</param>
    /// <param name="alike">Further columns to keep alike: the value of each row (N), numbered from 0.</param>
    /// <returns>The side of each row (N), numbered as <paramref name="shares"/>.</returns>
    internal static int[] Assign(
        IReadOnlyList<string> groups, IReadOnlyList<string> classes, IReadOnlyList<double> shares, SeededRandom random, IEnumerable<int[]> alike)
    {
        var profiles = GroupProfiles.Of(groups, classes, alike, shares);
        var visits = profiles.Entries.Sum(e => (double)e.Length) * (shares.Count + (MostPasses * (shares.Count + (2 * Partners))));
        List<GroupSides> attempts = [];
        for (var attempt = 0; attempt < Math.Clamp(Budget / visits, 1, MostAttempts); attempt++)
        {
            var sides = new GroupSides(profiles, shares);
            Fill(sides, profiles, random);
            Mend(sides, profiles, random);
            attempts.Add(sides);
        }

        int[][] sideOf = [.. attempts.OrderBy(s => s.Distance()).Select(s => s.SideOf)];
        var nearest = shares.Distinct().Count() == 1 ? sideOf[0] : NearerSides.Find(sideOf, profiles, shares, random);
        Teach(nearest, profiles, classes, shares);
        return [.. profiles.GroupOfRow.Select(g => nearest[g])];
    }

    /// <summary>Brings a class of two groups or more to the side that models learn from, where it is not: by an exchange that takes no other class
    /// away, of sizes as equal as can be. Rare classes are counted together, so that being alike alone may leave one out.</summary>
    private static void Teach(int[] sideOf, GroupProfiles profiles, IReadOnlyList<string> classes, IReadOnlyList<double> shares)
    {
        var learning = Enumerable.Range(0, shares.Count).FirstOrDefault(side => GroupSides.Learns(shares, side), -1);
        if (learning < 0)
        {
            return;
        }

        var pairs = classes.Zip(profiles.GroupOfRow).Distinct().ToArray();
        var groupsOf = pairs.ToLookup(p => p.First, p => p.Second, StringComparer.Ordinal);
        var classesOf = pairs.ToLookup(p => p.Second, p => p.First);
        bool Spared(int group) => classesOf[group].All(c => groupsOf[c].Any(g => g != group && sideOf[g] == learning));
        foreach (var own in groupsOf.Where(g => g.Count() > 1 && g.All(one => sideOf[one] != learning)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            int[] spared = [.. Enumerable.Range(0, sideOf.Length).Where(g => sideOf[g] == learning && Spared(g))];
            var (one, other) = own.Order().SelectMany(one => spared.Select(other => (One: one, Other: other)))
                .OrderBy(p => Math.Abs(profiles.Sizes[p.One] - profiles.Sizes[p.Other])).FirstOrDefault((One: -1, Other: -1));
            if (one >= 0)
            {
                (sideOf[one], sideOf[other]) = (learning, sideOf[one]);
            }
        }
    }

    private static void Fill(GroupSides sides, GroupProfiles profiles, SeededRandom random)
    {
        var order = Order(profiles, random).OrderByDescending(g => profiles.Sizes[g]).ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            var mustFill = order.Length - i <= sides.Groups.Count(n => n == 0);
            var chosen = Enumerable.Range(0, sides.Groups.Length).Where(s => !mustFill || sides.Groups[s] == 0)
                .MinBy(s => sides.CostOfAdding(order[i], s));
            sides.Add(order[i], chosen);
        }
    }

    /// <summary>Moves a group, or exchanges it for another, as long as that brings the sides nearer to the whole.</summary>
    private static void Mend(GroupSides sides, GroupProfiles profiles, SeededRandom random)
    {
        var improved = true;
        for (var pass = 0; pass < MostPasses && improved; pass++)
        {
            improved = false;
            foreach (var group in Order(profiles, random))
            {
                improved |= Move(sides, group) || Exchange(sides, group, profiles.Sizes.Length, random);
            }
        }
    }

    private static int[] Order(GroupProfiles profiles, SeededRandom random)
    {
        int[] order = [.. Enumerable.Range(0, profiles.Sizes.Length)];
        random.Shuffle(order);
        return order;
    }

    private static bool Move(GroupSides sides, int group)
    {
        var from = sides.SideOf[group];
        if (sides.Groups[from] == 1)
        {
            return false;
        }

        sides.Remove(group);
        var back = sides.CostOfAdding(group, from);
        var to = Enumerable.Range(0, sides.Groups.Length).MinBy(s => (sides.CostOfAdding(group, s), s == from ? 0 : 1));
        var better = GroupSides.IsLess(sides.CostOfAdding(group, to), back);
        sides.Add(group, better ? to : from);
        return better && to != from;
    }

    private static bool Exchange(GroupSides sides, int group, int count, SeededRandom random)
    {
        for (var partner = 0; partner < Partners; partner++)
        {
            var other = random.Next(count);
            var (here, there) = (sides.SideOf[group], sides.SideOf[other]);
            if (here != there && sides.Exchange(group, other))
            {
                return true;
            }
        }

        return false;
    }
}
