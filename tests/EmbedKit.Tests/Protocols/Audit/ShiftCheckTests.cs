using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Demo.World;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Protocols.Audit;

[Trait("Tier", "slow")]
public sealed class ShiftCheckTests
{
    [Fact]
    public void Sides_drawn_at_random_or_by_the_kit_are_silent()
    {
        var found = new List<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var streams = new RandomStreams(seed);
            foreach (var dataset in (DemoDataset[])[DemoDataset.Dermatoscopy, DemoDataset.Fundus])
            {
                var table = DemoTable.Build(dataset, DemoWorld.Draw(dataset, new() { Size = 500 }, streams), streams);
                found.AddRange(Shifts(table).Select(s => $"seed {seed}, {dataset}, the kit's: {s}"));

                var random = streams.Create("somebody else's");
                var side = table["group_id"].Distinct()
                    .ToDictionary(g => g, _ => random.NextDouble() is var u && u < 0.7 ? "train" : u < 0.8 ? "val" : "test");
                var theirs = table.With("split", [.. table["group_id"].Select(g => side[g])]);

                // That a class has no test row is said of any split, if it is true.
                found.AddRange(Shifts(theirs).Where(s => s.Share > 0 || s.Whole < 0.05 || s.Split != "test"
                        || theirs[s.Column].Zip(theirs["split"]).Contains((s.Value, "test")))
                    .Select(s => $"seed {seed}, {dataset}, random: {s}"));
            }
        }

        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    [Fact]
    public void Largest_groups_for_training_is_found_with_what_goes_with_size()
    {
        var streams = new RandomStreams(3);
        var table = DemoTable.Build(DemoDataset.Dermatoscopy, DemoWorld.Draw(DemoDataset.Dermatoscopy, new() { Size = 1400 }, streams), streams);
        var size = table["group_id"].CountBy(g => g).ToDictionary();
        var order = table["group_id"].Distinct().OrderByDescending(g => size[g]).ToArray();
        var taken = 0;
        var side = order.ToDictionary(g => g, g => (taken += size[g]) <= 0.7 * 1400 ? "train" : "test");
        table = table.With("split", [.. table["group_id"].Select(g => side[g])]);
        string[] device = [.. table["group_id"].Select((g, r) => (size[g] + r % 2) > 2 ? "new" : "old")];
        var shifts = Shifts(table.With("device", device));
        Assert.Contains(shifts, s => s.Column == SplitLikeness.GroupSize && s.Split == "test");
        var found = Assert.Single(shifts, s => s.Column == "device");
        var rows = Enumerable.Range(0, 1400).Where(r => table["split"][r] == found.Split).ToArray();
        Assert.Equal(rows.Count(r => device[r] == found.Value) / (double)rows.Length, found.Share, 1e-12);
        Assert.Equal(device.Count(d => d == found.Value) / 1400.0, found.Whole, 1e-12);
        Assert.Equal(found.Distance, Math.Abs(found.Share - found.Whole), 1e-12);
        Assert.Contains(FormattableString.Invariant($"off by up to {10 * found.Distance:0.#} points"), found.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_that_differs_between_values_moves_by_no_more_than_the_explanation_says()
    {
        // Two values, hit with probability a and b: the score of a side less that of the whole is (a − b) × distance.
        var shift = Assert.Single(Shifts(new TextTable(
            ["image_id", "label_x", "split", "site"],
            [
                [.. Enumerable.Range(0, 400).Select(i => $"{i}")], [.. Enumerable.Range(0, 400).Select(i => $"{i / 2 % 2}")],
                [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? "train" : "test")],
                [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 || i % 8 == 1 ? "A" : "B")],
            ])));
        var (a, b) = (0.9, 0.8);
        double Score(double share) => (share * a) + ((1 - share) * b);
        Assert.Equal("site", shift.Column);
        Assert.Equal(0.1 * shift.Distance, Math.Abs(Score(shift.Share) - Score(shift.Whole)), 1e-12);
    }

    [Fact]
    public void Ham10000s_published_split_is_like_the_whole_and_one_by_source_site_is_not()
    {
        var table = SplitFile.Join(
            TextTable.Read(Samples.Find("ham10000/HAM10000_metadata.csv")), null, Samples.Find("ham10000/ham10000_paper_split.csv"), []);
        Assert.Empty(Shifts(table));
        var bySite = table.With("split", [.. table["dataset"].Select(d => d.StartsWith("vidir", StringComparison.Ordinal) ? "train" : "test")]);
        Assert.Contains(Shifts(bySite), s => s.Column == "dataset");
        Assert.Contains(Shifts(bySite), s => s.Column == "dx_type");
    }

    [Theory]
    [InlineData(12)]
    [InlineData(40)]
    public void Few_groups_that_differ_grossly_are_said_where_a_nearer_split_can_be_had(int count)
    {
        // Patients of six rows, the sick ones first: a split in the order of the file tests on healthy ones only.
        string[] patients = [.. Enumerable.Range(0, count).SelectMany(p => Enumerable.Repeat($"p{p:00}", 6))];
        string[] sick = [.. Enumerable.Range(0, count).SelectMany(p => Enumerable.Range(0, 6).Select(r => p < count * 2 / 3 && r > 0 ? "1" : "0"))];
        var table = new TextTable(
            ["image_id", "group_id", "label_x", "split"],
            [
                [.. Enumerable.Range(0, patients.Length).Select(i => $"i{i}")], patients, sick,
                [.. Enumerable.Range(0, patients.Length).Select(r => r < patients.Length * 2 / 3 ? "train" : "test")],
            ]);
        var shifts = Shifts(table).Where(s => s is { Column: "label_x", Split: "test" }).ToArray();
        Assert.Contains("no test row has it", shifts[0].Explanation, StringComparison.Ordinal);
        Assert.Equal(count == 12, shifts[1].Explanation.Contains("another split of them comes within", StringComparison.Ordinal));
        var redrawn = GroupedSplit.Assign(patients, sick, new() { TestFraction = 1 / 3.0, ValidationFraction = 0 }, new RandomStreams(1).Create("x"));
        Assert.Empty(Shifts(table.With("split", [.. redrawn.Select(s => s.Text())])));
    }

    [Fact]
    public void Few_groups_of_which_no_split_is_alike_are_silent()
    {
        // One patient holds half of the rows: no side can be like the whole.
        string[] groups = [.. Enumerable.Repeat("large", 30), .. Enumerable.Range(0, 6).SelectMany(g => Enumerable.Repeat($"small {g}", 5))];
        var table = new TextTable(
            ["image_id", "group_id", "label_x", "site", "split"],
            [
                [.. Enumerable.Range(0, 60).Select(i => $"i{i}")], groups, [.. Enumerable.Range(0, 60).Select(i => $"{i % 2}")],
                [.. groups.Select(g => g == "large" ? "A" : "B")],
                [.. groups.Select(g => g == "large" || g == "small 0" || g == "small 1" ? "train" : "test")],
            ]);
        Assert.DoesNotContain(Shifts(table), s => s.Column == "site");
    }

    [Fact]
    public void A_class_without_a_training_row_is_said_however_rare()
    {
        var table = new TextTable(
            ["image_id", "label_x", "split"],
            [
                [.. Enumerable.Range(0, 300).Select(i => $"i{i}")], [.. Enumerable.Range(0, 300).Select(i => i == 299 ? "rare" : i % 2 == 0 ? "a" : "b")],
                [.. Enumerable.Range(0, 300).Select(i => i % 3 == 2 ? "test" : "train")],
            ]);
        var shift = Assert.Single(Shifts(table));
        Assert.Equal(("label_x", "rare", "train", 0.0), (shift.Column, shift.Value, shift.Split, shift.Share));
        Assert.Equal(1 / 300.0, shift.Whole, 1e-12);
        Assert.Contains("1 class has no training row (rare), and 1 row on other sides", shift.Explanation, StringComparison.Ordinal);
        Assert.Empty(Shifts(table.With("split", [.. table["image_id"].Select(i => i is "i0" or "i1" ? "test" : "train")])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public void A_small_validation_side_hides_no_shift_of_the_test_rows(int validation)
    {
        // Test rows are 70 % b where all are about half; class r is rare, and over a third of them.
        (string Side, string Class, int Rows)[] parts =
            [("train", "a", 860), ("train", "b", 640), ("test", "b", 310), ("test", "r", 190), ("val", "a", validation)];
        var rows = parts.SelectMany(p => Enumerable.Repeat(p, p.Rows)).ToArray();
        var shifts = Shifts(new TextTable(
            ["image_id", "label_x", "split"],
            [[.. rows.Select((_, i) => $"i{i}")], [.. rows.Select(r => r.Class)], [.. rows.Select(r => r.Side)]]));
        var test = Assert.Single(shifts, s => s is { Column: "label_x", Split: "test", Value: "a", Share: 0, Explanation: var words }
            && words.Contains("has it", StringComparison.Ordinal));
        Assert.Equal(test.Whole, (860 + validation) / (2000.0 + validation), 1e-12);
        Assert.Contains(shifts, s => s is { Column: "label_x", Split: "test", Distance: > 0.4 } && s.Explanation.Contains(" of test rows", StringComparison.Ordinal));
        Assert.DoesNotContain(shifts, s => s.Split == "val" && validation < 10);
        Assert.Contains(shifts, s => s is { Split: "train", Value: "r" });
    }

    private static IReadOnlyList<ShiftFinding> Shifts(TextTable table) =>
        LeakAudit.Run(table, new() { Permutations = 1, Labels = table.Contains("label_dr_binary") ? ["label_dr_binary"] : [] },
        new RandomStreams(0), null, TestContext.Current.CancellationToken).Shifts;
}
