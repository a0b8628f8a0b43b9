using CsCheck;
using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data.Splits;

public class OtherSplitTests
{
    [Fact]
    public void Neither_group_nor_cluster_is_cut_and_nothing_else_is_joined() =>
    Gen.Select(Gen.Int[0, 25].Array[1, 60], Gen.Int[-15, 8].Array[60]).Sample((group, cluster) =>
    {
        string[] groups = [.. group.Select(g => $"g{g}")];
        string?[] clusters = [.. groups.Select((_, i) => cluster[i] < 0 ? null : $"c{cluster[i]}")];
        var merged = MergedGroups.Merge(groups, clusters);

        // Rows reachable over shared groups and clusters, the slow way.
        var reached = Enumerable.Range(0, groups.Length).Select(i =>
        {
            var seen = new HashSet<int> { i };
            for (var grew = true; grew;)
            {
                grew = Enumerable.Range(0, groups.Length)
                    .Where(j => seen.Any(s => groups[s] == groups[j] || (clusters[s] is { } c && c == clusters[j])) && seen.Add(j))
                    .ToArray().Length > 0;
            }

            return seen;
        }).ToArray();
        return Enumerable.Range(0, groups.Length)
            .All(i => Enumerable.Range(0, groups.Length).All(j => (merged[i] == merged[j]) == reached[i].Contains(j))
            && merged[i] == reached[i].Select(j => groups[j]).Min(StringComparer.Ordinal));
    }, iter: 200);

    [Fact]
    public void Clusters_of_a_file_find_their_rows()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["c.csv"], "image_id,cluster\na,1\nc,1\n");
        Assert.Equal(["1", null, "1"], MergedGroups.ReadClusters(folder["c.csv"], ["a", "b", "c"]));
        File.WriteAllText(folder["c.csv"], "image_id,cluster\na,1\na,2\n");
        Assert.Contains(
            "'a' is in cluster '2' and in '1'", Assert.Throws<InputException>(() => MergedGroups.ReadClusters(folder["c.csv"], ["a"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_latest_times_test_and_no_time_is_cut()
    {
        var times = Enumerable.Range(0, 1560)
            .Select(i => new DateTime(2016, 1, 3).AddDays(7 * (i % 156)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        var split = TimeSplit.Assign(times, new());
        Assert.Equal([1090, 160, 310], new[] { Split.Train, Split.Validation, Split.Test }.Select(s => split.Count(x => x == s)));
        Assert.All(times.Zip(split).GroupBy(r => r.First), g => Assert.Single(g.Select(r => r.Second).Distinct()));
        Assert.True(
            string.CompareOrdinal(
                times.Zip(split).Where(r => r.Second == Split.Train).Max(r => r.First),
                times.Zip(split).Where(r => r.Second == Split.Test).Min(r => r.First)) < 0);
        Assert.Equal(split, TimeSplit.Assign([.. times.Select(t => t.Replace("-", "", StringComparison.Ordinal))], new()));
        Assert.Contains(
            "row 3: time is '5/3/2016'",
            Assert.Throws<InputException>(() => TimeSplit.Assign(["2016-01-03", "5/3/2016", "2016-01-10"], new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_is_used_again_on_another_table_of_the_same_images()
    {
        using var folder = new TemporaryFolder();
        SplitFile.Write(folder["split.csv"], ["007.jpg", "b", "c"], [Split.Train, Split.Test, Split.Validation]);
        var other = new TextTable(["image_id"], [["B.png", "7"]], "other.csv");
        var (split, unused) = SplitFile.Apply(folder["split.csv"], other);
        Assert.Equal([Split.Test, Split.Train], split);
        Assert.Equal(1, unused);

        var strange = new TextTable(["image_id"], [["b", "d"]], "other.csv");
        Assert.Equal(
            "other.csv row 3: 'd' is not in split.csv; expected one entry a row.",
            Assert.Throws<InputException>(() => SplitFile.Apply(folder["split.csv"], strange)).Message);
    }

    [Fact]
    public void A_split_file_is_joined_whatever_case_ending_and_zeros_its_ids_have_and_strangers_are_counted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["split.csv"], "id;split\nA.JPG;train\nb;test\nz;test\n");
        var notes = new List<string>();
        var joined = SplitFile.Join(new(["image_id", "dx"], [["a", "B.png", "c"], ["x", "y", "x"]]), null, folder["split.csv"], notes);
        Assert.Equal(["train", "test"], joined["split"]);
        Assert.Equal(["1 row of table without an entry in split.csv: left out.", "1 id of split.csv without a row in table."], notes);

        string Refused() => Assert.Throws<InputException>(() => SplitFile.Join(joined, null, folder["split.csv"], notes)).Message;
        File.WriteAllText(folder["split.csv"], "id,split\na.jpg,train\nA.tif,test\n");
        Assert.Contains("row 2: 'a' could be 'a.jpg' (train) or 'A.tif' (test) of split.csv", Refused(), StringComparison.Ordinal);
        File.WriteAllText(folder["split.csv"], "id,split\na,train\na,test\n");
        Assert.Contains("'a' is in test and in train", Refused(), StringComparison.Ordinal);

        // What stands there to the letter is meant, though another differs from it by its ending alone.
        File.WriteAllText(folder["split.csv"], "id,split\na.jpg,train\na.png,test\n");
        Assert.Equal(
            ["test", "train"], SplitFile.Join(new(["image_id"], [["a.png", "a.jpg"]]), null, folder["split.csv"], notes)["split"]);

        File.WriteAllText(folder["split.csv"], "image,split\nimages/007.jpg,test\n");
        Assert.Equal(["test"], SplitFile.Join(new(["file"], [["Images/7"]]), null, folder["split.csv"], notes)["split"]);
    }

    [Fact]
    public void Test_rows_that_share_a_group_are_counted() =>
        Assert.Equal((1, 2), GroupOverlap.Count(["a", "a", "b", "c"], [Split.Train, Split.Test, Split.Test, Split.Validation]));
}
