using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data.Splits;

/// <summary>Against scikit-learn's own outcomes (<c>Golden/splits</c>), and against the split behind the paper's HAM10000 numbers.</summary>
public class PublishedSplitTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(GoldenFile.Path("splits/golden.json"))).RootElement;

    [Fact]
    public void Permutations_are_NumPys()
    {
        foreach (var expected in Golden.GetProperty("permutations").EnumerateArray())
        {
            Assert.Equal(
                Rows(expected, "order"),
                new NumpyRandomState(expected.GetProperty("seed").GetUInt32()).Permutation(expected.GetProperty("count").GetInt32()));
        }
    }

    [Fact]
    public void Rows_and_their_order_are_scikit_learns()
    {
        foreach (var expected in Golden.GetProperty("splits").EnumerateArray())
        {
            var (train, test) = PublishedSplit.TrainTest(
                Classes(expected), expected.GetProperty("test_size").GetDouble(), expected.GetProperty("seed").GetUInt32());
            if (expected.TryGetProperty("hash", out var hash))
            {
                Assert.Equal(expected.GetProperty("test_rows").GetInt32(), test.Length);
                Assert.Equal(hash.GetInt64(), test.Concat(train).Aggregate(0L, (sum, row) => ((sum * 31) + row) % 1000003));
            }
            else
            {
                Assert.Equal(Rows(expected, "train"), train);
                Assert.Equal(Rows(expected, "test"), test);
            }
        }
    }

    [Fact]
    public void The_papers_split_of_HAM10000_comes_out_row_for_row()
    {
        var metadata = TextTable.Read(Samples.Find("ham10000/HAM10000_metadata.csv"));
        var paper = TextTable.Read(Samples.Find("ham10000/ham10000_paper_split.csv"));
        var (train, test) = PublishedSplit.TrainTest(metadata["dx"]);

        Assert.Equal(paper["image_id"], train.Concat(test).Select(r => metadata["image_id"][r]));
        Assert.Equal(paper["split"], train.Select(_ => "train").Concat(test.Select(_ => "test")));

        // What makes it a leak: test images whose lesion stands among the training rows.
        var lesion = metadata["lesion_id"];
        var trained = train.Select(r => lesion[r]).ToHashSet();
        Assert.Equal(791, test.Count(r => trained.Contains(lesion[r])));
    }

    [Fact]
    public void Validation_rows_come_from_a_second_call_on_what_was_left()
    {
        var classes = Enumerable.Range(0, 1560).Select(i => i % 5 < 2 ? "1" : "0").ToArray();
        var split = PublishedSplit.Assign(classes, new() { TestFraction = 0.2, ValidationFraction = 0.2 });

        Assert.Equal([936, 312, 312], new[] { Split.Train, Split.Validation, Split.Test }.Select(side => split.Count(s => s == side)));
        Assert.Equal(PublishedSplit.TrainTest(classes).Test.Order(), Enumerable.Range(0, 1560).Where(i => split[i] == Split.Test));
    }

    [Fact]
    public void Classes_too_small_to_stratify_are_named()
    {
        Assert.Contains(
            "class 'b' has one row", Assert.Throws<InputException>(() => PublishedSplit.TrainTest(["a", "a", "a", "b"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "for 3 classes", Assert.Throws<InputException>(() => PublishedSplit.TrainTest(["a", "a", "b", "b", "c", "c"])).Message,
            StringComparison.Ordinal);
    }

    /// <summary>The rule of the script that made the golden file.</summary>
    private static string[] Classes(JsonElement expected)
    {
        var spokes = expected.GetProperty("weights").EnumerateArray().SelectMany((w, c) => Enumerable.Repeat(c, w.GetInt32())).ToArray();
        var prefix = expected.GetProperty("numbers").GetBoolean() ? "" : "c";
        return [.. Enumerable.Range(0, expected.GetProperty("rows").GetInt32())
            .Select(i => $"{prefix}{spokes[((i * (long)i * 7) + (i / 3)) % spokes.Length]}")];
    }

    private static IEnumerable<int> Rows(JsonElement expected, string name) => expected.GetProperty(name).EnumerateArray().Select(r => r.GetInt32());
}
