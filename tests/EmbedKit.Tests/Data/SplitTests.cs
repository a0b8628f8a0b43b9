using CsCheck;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data;

public class SplitTests
{
    private static readonly Gen<(string[] Groups, string[] Classes, ulong Seed)> Rows =
        Gen.Select(Gen.Select(Gen.Int[0, 40], Gen.Int[0, 4]).Array[30, 200], Gen.ULong).Select((rows, seed) =>
            (rows.Select(r => $"g{r.Item1}").ToArray(), rows.Select(r => $"c{r.Item2}").ToArray(), seed));

    [Fact]
    public void No_group_is_on_two_sides_and_every_side_has_rows() => Rows.Sample(rows =>
    {
        if (rows.Groups.Distinct().Count() < 3)
        {
            return true;
        }

        var split = GroupedSplit.Assign(rows.Groups, rows.Classes, new(), new SeededRandom(rows.Seed));
        return rows.Groups.Zip(split).GroupBy(r => r.First).All(g => g.Select(r => r.Second).Distinct().Count() == 1)
            && split.Distinct().Count() == 3;
    }, iter: 60);

    [Theory]
    [InlineData(0.2, 0.1)]
    [InlineData(0.3, 0.0)]
    [InlineData(0.1, 0.15)]
    public void Each_class_is_shared_out_as_asked_when_groups_are_small(double test, double validation)
    {
        var random = new SeededRandom(7);
        var classes = new List<string>();
        var groups = new List<string>();
        for (var group = 0; group < 700; group++)
        {
            var name = group % 20 == 0 ? "rare" : group % 3 == 0 ? "some" : "common";
            for (var row = random.Next(1, 4); row > 0; row--)
            {
                classes.Add(name);
                groups.Add($"g{group}");
            }
        }

        var split = GroupedSplit.Assign(groups, classes, new() { TestFraction = test, ValidationFraction = validation }, new SeededRandom(3));
        foreach (var name in classes.Distinct())
        {
            double Share(Split side) => split.Where((s, i) => classes[i] == name && s == side).Count() / (double)classes.Count(c => c == name);
            Assert.Equal(test, Share(Split.Test), 0.03);
            Assert.Equal(validation, Share(Split.Validation), 0.03);
        }
    }

    [Fact]
    public void The_same_sequence_gives_the_same_split_and_another_gives_another()
    {
        string[] groups = [.. Enumerable.Range(0, 300).Select(i => $"g{i / 2}")];
        string[] classes = [.. Enumerable.Range(0, 300).Select(i => $"c{i % 3}")];
        Split[] Assign(ulong seed) => GroupedSplit.Assign(groups, classes, new(), new SeededRandom(seed));
        Assert.Equal(Assign(1), Assign(1));
        Assert.NotEqual(Assign(1), Assign(2));
    }

    [Fact]
    public void Too_few_groups_are_refused()
    {
        var error = Assert.Throws<InputException>(() => GroupedSplit.Assign(["a", "a", "b"], ["x", "y", "x"], new(), new SeededRandom(1)));
        Assert.Contains("2 groups cannot be split into train, val, test", error.Message);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.6, 0.4)]
    [InlineData(0.2, -0.1)]
    [InlineData(double.NaN, 0.1)]
    public void Impossible_shares_are_refused(double test, double validation) =>
        Assert.Throws<InputException>(() => new SplitOptions { TestFraction = test, ValidationFraction = validation }.Validate());

    [Fact]
    public void The_published_split_takes_a_fifth_of_each_class_and_lets_groups_leak()
    {
        string[] classes = [.. Enumerable.Range(0, 1000).Select(i => i % 10 == 0 ? "rare" : "common")];
        string[] groups = [.. Enumerable.Range(0, 1000).Select(i => $"g{i / 4}")];
        var split = RowSplit.Assign(classes, 0.2, new SeededRandom(5));
        Assert.Equal(20, split.Where((s, i) => classes[i] == "rare" && s == Split.Test).Count());
        Assert.Equal(180, split.Where((s, i) => classes[i] == "common" && s == Split.Test).Count());
        Assert.True(groups.Zip(split).GroupBy(r => r.First).Count(g => g.Select(r => r.Second).Distinct().Count() == 2) > 100);
    }
}
