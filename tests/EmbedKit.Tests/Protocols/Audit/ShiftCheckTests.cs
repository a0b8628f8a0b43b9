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
                found.AddRange(
                    Shifts(table.With("split", [.. table["group_id"].Select(g => side[g])])).Select(s => $"seed {seed}, {dataset}, random: {s}"));
            }
        }

        Assert.Empty(found);
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

    private static IReadOnlyList<ShiftFinding> Shifts(TextTable table) =>
        LeakAudit.Run(table, new() { Permutations = 1, Labels = table.Contains("label_dr_binary") ? ["label_dr_binary"] : [] },
        new RandomStreams(0), null, TestContext.Current.CancellationToken).Shifts;
}
