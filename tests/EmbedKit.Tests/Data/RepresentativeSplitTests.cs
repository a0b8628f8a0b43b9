using System.Globalization;
using CsCheck;
using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data;

public sealed class RepresentativeSplitTests
{
    private const double Points = 0.03;

    // A structure: how many groups of which sizes, with which class odds, and how strongly a column nobody names goes with size.
    private static readonly Gen<(int[] Sizes, int Groups, double Skew, double Hidden, ulong Seed)> Structures = Gen.Select(
        Gen.Int[1, 12].Array[1, 5], Gen.Int[300, 900], Gen.Double[0.2, 0.9], Gen.Double[0, 1], Gen.ULong);

    // Groups of two sizes and classes, few enough to try all ways, enough for two on the smallest side; a class has the groups for every side.
    private static readonly Gen<((int Size, int Class, int Groups)[] Kinds, ulong Seed)> Kinds = Gen.Select(
        Gen.Int[1, 12].Array[2], Gen.Int[0, 12].Array[4], Gen.ULong,
        (sizes, groups, seed) => (Kinds: groups.Select((n, k) => (Size: sizes[k / 2], Class: k % 2, Groups: n)).ToArray(), Seed: seed))
        .Where(s => s.Kinds.Sum(k => k.Groups) >= 20 && s.Kinds.GroupBy(k => k.Class).All(c => c.Sum(k => k.Groups) is 0 or >= 3)
            && s.Kinds[0].Size != s.Kinds[2].Size && ExhaustiveSplit.Sides(s.Kinds.Select(k => k.Groups)) < 2_000);

    [Fact]
    public void Sizes_of_groups_are_shared_out_exactly_where_they_can_be() => Gen.ULong.Sample(seed =>
    {
        string[] groups = [.. Groups((20, 4), (40, 2), (80, 1))];
        var split = GroupedSplit.Assign(groups, [.. groups.Select(_ => "one class")], new(), new SeededRandom(seed));
        foreach (var size in (int[])[4, 2, 1])
        {
            int On(Split side) => split.Where((s, r) => s == side && groups[r].EndsWith($"/{size}", StringComparison.Ordinal)).Count();
            Assert.Equal((56, 8, 16), (On(Split.Train), On(Split.Validation), On(Split.Test)));
        }
    }, iter: 50);

    [Fact]
    public void Every_side_looks_like_the_whole_in_class_and_size_and_in_what_goes_with_size_though_nobody_said_so() => Structures.Sample(s =>
    {
        var (groups, classes, hidden) = Draw(s);
        var split = GroupedSplit.Assign(groups, classes, new(), new SeededRandom(s.Seed));
        var size = groups.CountBy(g => g).ToDictionary();
        string[] sizes = [.. groups.Select(g => size[g].ToString(CultureInfo.InvariantCulture))];
        Assert.InRange(Largest(classes, groups, split), 0, Points);
        Assert.InRange(Largest(sizes, groups, split), 0, Points);

        // What nobody named is as near as chance brings it.
        Assert.All(SplitLikeness.Largest(new TextTable(["hidden"], [hidden]), groups, split, []), d => Assert.InRange(d.StandardErrors, 0, 4.5));
    }, iter: 100);

    [Fact]
    public void What_goes_with_size_leans_to_no_side()
    {
        var off = new double[3];
        const int draws = 60;
        for (var seed = 0; seed < draws; seed++)
        {
            var (groups, classes, hidden) = Draw(([1, 1, 2, 4, 9], 400, 0.6, 0.9, (ulong)seed));
            var split = GroupedSplit.Assign(groups, classes, new(), new SeededRandom((ulong)seed));
            var whole = hidden.Count(h => h == "yes") / (double)hidden.Length;
            foreach (var side in Enum.GetValues<Split>())
            {
                var rows = Enumerable.Range(0, hidden.Length).Where(r => split[r] == side).ToArray();
                off[(int)side] += ((rows.Count(r => hidden[r] == "yes") / (double)rows.Length) - whole) / draws;
            }
        }

        Assert.All(off, mean => Assert.InRange(mean, -0.01, 0.01));
    }

    [Fact]
    public void Columns_that_are_given_are_kept_alike_too() => Structures.Sample(s =>
    {
        var (groups, classes, hidden) = Draw(s);
        var split = GroupedSplit.Assign(groups, classes, new(), new SeededRandom(s.Seed), new TextTable(["site"], [hidden]));

        // They are not looked for further where classes and sizes are near: half of the largest group, and a tenth for what it does to the side.
        var step = 0.6 * groups.CountBy(g => g).Max(g => g.Value) / split.CountBy(s => s).Min(s => s.Value);
        Assert.InRange(Largest(hidden, groups, split), 0, Math.Max(Points, step));
    }, iter: 50);

    [Fact]
    public void A_rare_class_is_on_every_side_that_its_groups_can_reach_and_always_where_models_learn() =>
    Gen.Select(Gen.Int[1, 6], Gen.ULong).Sample((rare, seed) =>
    {
        string[] groups = [.. Enumerable.Range(0, 300).Select(i => $"g{i}")], classes =
            [.. Enumerable.Range(0, 300).Select(i => i < rare ? "rare" : "common")];
        var split = GroupedSplit.Assign(groups, classes, new(), new SeededRandom(seed));
        var sides = split.Take(rare).Distinct().ToArray();
        Assert.Contains(Split.Train, sides);
        Assert.True(rare < 3 || sides.Length == 3, $"{rare} groups on {string.Join(", ", sides)}");
    }, iter: 60);

    [Fact]
    public void Combinations_of_labels_that_one_row_has_are_not_all_learned_from()
    {
        string[] ids = [.. Enumerable.Range(0, 400).Select(i => $"r{i}")];
        var split = GroupedSplit.Assign(ids, ids, new(), new SeededRandom(1));
        Assert.Equal((280, 40, 80), (split.Count(s => s == Split.Train), split.Count(s => s == Split.Validation), split.Count(s => s == Split.Test)));
    }

    /// <summary>Held to all ways there are that keep the sizes asked for: within three points where some way is; elsewhere as near as the best way, or
    /// up to three points farther, which one structure in a thousand needs. Where the best way is a quarter off, nothing is claimed.</summary>
    [Fact]
    public void Some_dozens_of_groups_are_within_three_points_where_any_way_is_and_as_near_as_the_best_elsewhere() => Kinds.Sample((kinds, seed) =>
    {
        var ways = new ExhaustiveSplit([.. kinds.Where(k => k.Groups > 0)]);
        var rows = ways.Rows().ToArray();
        var split = GroupedSplit.Assign([.. rows.Select(r => r.Group)], [.. rows.Select(r => r.Class)], new(), new SeededRandom(seed));
        var (own, best) = (ways.Of(split), ways.Best());
        Assert.True(best > 0.25 || own <= (best <= Points ? Points : best + 0.03) + 1e-9, $"off by {own}, where {best} can be reached");
    }, iter: 60);

    [Fact]
    public void Sides_that_are_near_stay_as_they_are_and_others_come_near()
    {
        // χ² alone gives validation rows 3 of these 34 groups, and so one class two thirds of them.
        string[] groups = [.. Groups((34, 11))], classes = [.. groups.Select((_, row) => row < 17 * 11 ? "a" : "b")];
        for (ulong seed = 0; seed < 10; seed++)
        {
            var split = GroupedSplit.Assign(groups, classes, new(), new SeededRandom(seed));
            Assert.InRange(Largest(classes, groups, split), 0, Points);
            Assert.InRange(split.Count(s => s == Split.Validation) / 374.0, 0.07, 0.13);
        }
    }

    [Fact]
    public void A_few_groups_are_shared_out_as_well_as_any_way_could()
    {
        // Ten cities of unequal size: tried against every way to choose two for the test and one for validation.
        string[] groups = [.. Groups((1, 60), (1, 55), (1, 50), (1, 45), (1, 40), (1, 35), (1, 30), (1, 25), (1, 20), (1, 10))];
        var split = GroupedSplit.Assign(groups, [.. groups.Select(_ => "c")], new(), new SeededRandom(3));
        double Off(int test, int validation) =>
            Math.Pow(test - 74, 2) / 74 + (Math.Pow(validation - 37, 2) / 37) + (Math.Pow(370 - test - validation - 259, 2) / 259);
        int[] sizes = [60, 55, 50, 45, 40, 35, 30, 25, 20, 10];
        var best = (from t in Enumerable.Range(1, (1 << 10) - 1)
                    from v in Enumerable.Range(1, (1 << 10) - 1)
                    where (t & v) == 0 && (t | v) != (1 << 10) - 1
                    select Off(sizes.Where((_, i) => (t >> i & 1) == 1).Sum(), sizes.Where((_, i) => (v >> i & 1) == 1).Sum())).Min();
        Assert.True(
            Off(split.Count(s => s == Split.Test), split.Count(s => s == Split.Validation)) <= best + 0.5,
            string.Join(", ", split.CountBy(s => s)) + " " + string.Join(", ", groups.Zip(split).Distinct()));
    }

    [Theory]
    [InlineData(2, 100, 800)]
    [InlineData(3, 40, 80)]
    [InlineData(1, 100, 100)]
    [InlineData(4, 20, 40)]
    public void A_few_large_groups_do_not_make_a_side_another_size(int large, int size, int single)
    {
        string[] groups = [.. Groups((large, size), (single, 1))];
        for (ulong seed = 0; seed < 5; seed++)
        {
            List<string> notes = [];
            InputNotes.Listen(notes.Add);
            var split = GroupedSplit.Assign(groups, [.. groups.Select((_, r) => r % 3 == 0 ? "a" : "b")], new(), new SeededRandom(seed));
            foreach (var (side, share) in ((Split, double)[])[(Split.Train, 0.7), (Split.Validation, 0.1), (Split.Test, 0.2)])
            {
                Assert.Equal(share, split.Count(s => s == side) / (double)split.Length, Math.Max(0.03, share / 4) + 1e-9);
            }

            GroupedSplit.SaySizes("t.csv", split, new());
            Assert.Empty(notes);
            GroupedSplit.SaySizes("t.csv", split, new() { TestFraction = 0.5 });
            Assert.Contains(notes, n => n.StartsWith("t.csv: test has ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_class_that_no_training_row_has_is_said()
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        string[] groups = [.. Enumerable.Range(0, 60).Select(i => $"g{i / 6}")];
        var split = GroupedSplit.Assign(groups, groups, new(), new SeededRandom(0));
        GroupedSplit.SayUnlearned("t.csv: label_x", groups, split);
        Assert.StartsWith("t.csv: label_x: 3 classes have no training row (g", notes[0], StringComparison.Ordinal);
        Assert.StartsWith("t.csv: label_x: 8 classes have no test row (g", notes[1], StringComparison.Ordinal);
        GroupedSplit.SayUnlearned("t.csv: label_x", [.. groups.Select((_, i) => i % 2 == 0 ? "a" : "")], split);
        Assert.Equal(2, notes.Count);
    }

    [Fact]
    public void Ham10000s_sides_look_like_the_whole_in_columns_the_split_was_not_told_of()
    {
        var table = TextTable.Read(Samples.Find("ham10000/HAM10000_metadata.csv"));
        var groups = table["lesion_id"];
        for (ulong seed = 0; seed < 5; seed++)
        {
            var split = GroupedSplit.Assign(groups, table["dx"], new(), new SeededRandom(seed));
            foreach (var difference in SplitLikeness.Largest(table, groups, split, ["lesion_id"]))
            {
                Assert.True(difference.Difference <= 0.05, $"seed {seed}: {difference}");
            }

            var told = GroupedSplit.Assign(groups, table["dx"], new(), new SeededRandom(seed), table);
            Assert.All(SplitLikeness.Largest(table, groups, told, ["lesion_id"]), d => Assert.InRange(d.Difference, 0, 0.01));
        }
    }

    private static (string[] Groups, string[] Classes, string[] Hidden) Draw((int[] Sizes, int Groups, double Skew, double Hidden, ulong Seed) s)
    {
        var random = new SeededRandom(s.Seed);
        List<string> groups = [], classes = [], hidden = [];
        for (var g = 0; g < s.Groups; g++)
        {
            var size = s.Sizes[random.Next(s.Sizes.Length)];
            var name = random.NextDouble() < s.Skew ? "common" : random.NextDouble() < 0.7 ? "some" : "rare";
            var yes = random.NextDouble() < (s.Hidden * size / 12) + ((1 - s.Hidden) * 0.4);
            for (var row = 0; row < size; row++)
            {
                groups.Add($"g{g}");
                classes.Add(name);
                hidden.Add(yes ? "yes" : "no");
            }
        }

        return ([.. groups], [.. classes], [.. hidden]);
    }

    private static IEnumerable<string> Groups(params IEnumerable<(int Count, int Size)> kinds) => kinds.SelectMany((kind, k) =>
        Enumerable.Range(0, kind.Count).SelectMany(g => Enumerable.Repeat($"{k}-{g}/{kind.Size}", kind.Size)));

    /// <summary>The largest difference in share between a side and the whole, over values with at least 5 % of the rows.</summary>
    private static double Largest(string[] cells, string[] groups, Split[] split) => (
        from value in cells.CountBy(c => c)
        where value.Value >= 0.05 * cells.Length && cells.Zip(groups).Where(c => c.First == value.Key).Distinct().Count() >= 10
        from side in Enum.GetValues<Split>()
        let rows = Enumerable.Range(0, cells.Length).Where(r => split[r] == side).ToArray()
        select Math.Abs((rows.Count(r => cells[r] == value.Key) / (double)rows.Length) - (value.Value / (double)cells.Length))).DefaultIfEmpty(0)
        .Max();

    /// <summary>Few groups of a class are no reason to learn nothing of it.</summary>
    [Theory]
    [InlineData(2, 2, 20)]
    [InlineData(6, 2, 3)]
    public void Every_class_is_learned_from_where_groups_allow_it(int rare, int groupsEach, int rows)
    {
        string[] classes = [.. Enumerable.Range(0, rare * groupsEach * rows).Select(r => $"rare {r / (groupsEach * rows)}")];
        string[] groups = [.. Enumerable.Range(0, classes.Length).Select(r => $"g{r / rows}")];
        if (rare > 2)
        {
            (classes, groups) = ([.. classes, .. Enumerable.Repeat("common", 120)], [.. groups, .. Enumerable.Range(0, 120).Select(r => $"c{r / 2}")]);
        }

        Assert.All(Enumerable.Range(0, 20), seed =>
        {
            var sides = GroupAllocation.Assign(groups, classes, [0.7, 0.1, 0.2], new RandomStreams(seed).Create("split"), []);
            Assert.Equal(classes.Distinct().Order(), classes.Where((_, r) => sides[r] == 0).Distinct().Order());
            Assert.Equal(3, sides.Distinct().Count());
        });
    }
}
