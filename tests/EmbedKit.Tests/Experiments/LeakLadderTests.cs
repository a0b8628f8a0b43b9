using EmbedKit.Data;
using EmbedKit.Experiments;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Experiments;

/// <summary>The whole ladder on made-up embeddings that lie ready in the run's folder.</summary>
[Trait("Tier", "slow")]
public sealed class LeakLadderTests : IDisposable
{
    private static readonly ReproductionTask Task = new("made-up", "label_class", null) { Epochs = 2 };
    private static readonly EncoderPair Encoder = new("none", "none", null, "CLIP");

    private readonly string _folder = Directory.CreateTempSubdirectory("leaks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Reproduction Prepare(string name)
    {
        var run = new Reproduction(
            Path.Combine(_folder, name), new() { Data = ReproductionData.Own("made-up"), Tasks = [Task], Encoders = [Encoder] })
        { Threads = 2 };
        var clean = SyntheticEmbeddings.Make(validation: true);
        var byImage = clean.Table.With(
            LabelledDataset.PublishedSplitColumn, [.. Enumerable.Range(0, clean.Count).Select(r => r % 5 == 0 ? "test" : "train")]);
        foreach (var (protocol, signal) in new[] { (Protocol.LeakFree, 1.0), (Protocol.Published, 3.0) })
        {
            var set = SyntheticEmbeddings.Make(validation: true, signal: signal);
            Directory.CreateDirectory(Path.GetDirectoryName(run.EmbeddingsPath(Task.Dataset, Encoder, protocol))!);
            EmbeddingFile.Write(run.EmbeddingsPath(Task.Dataset, Encoder, protocol), new EmbeddingSet(byImage, clean.Image, set.Text));
        }

        return run;
    }

    [Fact]
    public void It_ends_at_the_leak_free_protocol_and_is_the_same_bytes_when_made_again_or_read_again()
    {
        var run = Prepare("first");
        var results = LeakLadder.Run(run);
        var bytes = File.ReadAllBytes(LeakLadder.TablePath(run));

        var clean = SweepRunner.Run(run.Embeddings(Task.Dataset, Encoder), new()
        {
            Labels = [Task.Label],
            Lambdas = LeakLadder.Lambdas,
            Fusions = [FusionKind.Early],
            Seeds = LeakLadder.Seeds,
            Trainer = new() { Epochs = Task.Epochs },
        }, run.Random, null, TestContext.Current.CancellationToken);
        var chosen = Enumerable.Range(0, LeakLadder.Seeds).Select(seed =>
        {
            SweepRow[] own = [.. clean.Where(r => r.Seed == seed)];
            var lambda = LambdaChoice.Of(SweepRow.Columns.ToTable(own), "early", "val").Lambda;
            return own.Single(r => r.Split == Split.Test && r.Lambda == lambda).MacroF1;
        });
        Assert.Equal(chosen.Average(), results.Single(r => r.Fusion == "early" && r.Step.Open == Leaks.None).MacroF1, 12);

        LeakLadder.Run(run);
        Assert.Equal(bytes, File.ReadAllBytes(LeakLadder.TablePath(run)));
        var other = Prepare("second");
        LeakLadder.Run(other);
        Assert.Equal(bytes, File.ReadAllBytes(LeakLadder.TablePath(other)));
    }

    [Fact]
    public void Its_table_says_which_leaks_are_open_and_each_change_is_the_difference_to_the_step_compared_with()
    {
        var run = Prepare("table");
        var results = LeakLadder.Run(run);
        var table = TextTable.Read(LeakLadder.TablePath(run));
        Assert.Equal(2 * LeakStep.All.Count, table.RowCount);
        Assert.Equal(
            ["made-up.class", "none", "early", "published", "published", "on", "on", "on", "on", "on", "on", "on"],
            table.Columns.Take(12).Select(c => c[0]));
        Assert.Equal("", table["change"][0]);
        Assert.All(results.Where(r => r.Step.From is not null), r => Assert.Equal(
            r.MacroF1 - results.Single(s => s.Fusion == r.Fusion && s.Step == LeakStep.All[r.Step.From!.Value]).MacroF1, r.Change, 12));

        // 240 rows, a fifth of them by image to the test; 15 % of the others choose, by image as well, then the grouped split as it stands.
        LeakResult Step(Leaks open) => results.First(r => r.Step.Open == open);
        Assert.Equal((192, 48), (Step(Leaks.All).TrainRows, Step(Leaks.All).TestRows));
        Assert.InRange(Step(Leaks.All ^ Leaks.NoValidation).TrainRows, 160, 166);
        Assert.Equal((144, 48, 24), (Step(Leaks.None).TrainRows, Step(Leaks.None).TestRows, Step(Leaks.None).TestGroups));
        Assert.StartsWith(
            "the published protocol reads ", LeakFindings.Summary([.. results.Where(r => r.Fusion == "early")]), StringComparison.Ordinal);
    }
}
