using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Fusion.Stacked;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Fusion;
using TorchSharp;

namespace EmbedKit.Tests.Protocols.Sweep;

public class SweepAlignerTests
{
    private const torch.ScalarType Double = torch.ScalarType.Float64;

    private static readonly SweepOptions Small = new()
    {
        Labels = ["label_class"],
        Lambdas = [0, 1],
        Seeds = 1,
        Fusions = [FusionKind.Early],
        Trainer = new() { Epochs = 2 },
        Threads = 2,
    };

    [Fact]
    public void Every_aligner_but_c3_can_be_swept_those_without_lambda_once_and_nothing_is_missing()
    {
        string[] names = [.. Aligners.Names.Where(n => n != "c3")];
        var rows = Run(SyntheticEmbeddings.Make(), Small with { Aligners = names });

        Assert.Equal(names, rows.Select(r => r.Aligner).Distinct());
        Assert.All(
            rows.GroupBy(r => r.Aligner),
            g => Assert.Equal(Aligners.UsesLambda(g.Key) ? [0.0, 0.0, 1.0, 1.0] : [null, null], g.Select(r => r.Lambda)));
        Assert.All(rows, r => Assert.True(double.IsFinite(r.GapBefore) && double.IsFinite(r.GapAfter) && double.IsFinite(r.MacroF1)));
        Assert.Single(rows.Where(r => r.Split == Split.Test).Select(r => r.GapBefore).Distinct());
        Assert.All(rows.Where(r => r.Aligner == "center"), r => Assert.True(r.GapAfter < 0.3 * r.GapBefore));
        Assert.All(rows.Where(r => r.Lambda is null), r => Assert.Equal("", SweepRow.Columns.Cells(r)[7]));
        Assert.Equal(rows, rows.Select(r => SweepRow.Parse(SweepRow.Columns.Cells(r))));
    }

    [Fact]
    public void Aligners_swept_together_are_the_aligners_swept_apart()
    {
        var set = SyntheticEmbeddings.Make(signal: 0.4);
        string[] names = ["realign", "random-direction", "learned-lambda", "gap-shift"];

        Assert.Equal(names.SelectMany(name => Run(set, Small with { Aligners = [name] })), Run(set, Small with { Aligners = names }));
    }

    [Fact]
    public void Identity_is_the_shift_at_zero()
    {
        var rows = Run(SyntheticEmbeddings.Make(signal: 0.4), Small with { Aligners = ["identity", "gap-shift"], Sigmas = [0, 0.1], Lambdas = [0] });

        foreach (var (still, zero) in rows.Where(r => r.Aligner == "identity").Zip(rows.Where(r => r.Aligner == "gap-shift")))
        {
            Assert.Equal(zero with { Aligner = "identity", Lambda = null }, still with { GapAfter = zero.GapAfter });
            Assert.Equal(zero.GapAfter, still.GapAfter, 1e-6);
        }
    }

    [Theory]
    [InlineData("center", 0)]
    [InlineData("center", 0.1)]
    [InlineData("coral", 0)]
    [InlineData("procrustes", 0.05)]
    public void Models_on_aligned_rows_equal_models_trained_apart(string name, double sigma)
    {
        var set = SyntheticEmbeddings.Make(rows: 200);
        var training = TrainingSet.From(set);
        var fitted = Aligners.Create(name, new()).Fit(training);
        var (learned, selection) = (fitted.Transform(training.Rows), fitted.Transform(set.Select(set.RowsOf(Split.Test))));
        var encoding = LabelEncoding.Fit(["label_class"], learned.Table);
        var (fusion, options, random) =
            (new FusionOptions { Kind = FusionKind.Late, Dropout = 0.2 }, new TrainerOptions { Epochs = 3, Sigma = sigma }, new RandomStreams(5));
        var nothing = FittedShift.Nothing(learned.RequireText().Dimension);

        using var rows = new FusionRows(learned, fusion, dtype: Double);
        using var targets = FusionRows.LossTargets(encoding, learned.Table, Double);
        using var loss = FusionLoss.Fit(LossKind.Published, encoding, learned.Table, Double);
        using var selected = new FusionRows(selection, fusion, dtype: Double);
        var truth = FusionRows.Truth(encoding, selection.Table);
        var (stacked, choice) = new StackedLoop(fusion, encoding, options, random)
            .Run<double>(new(rows, targets, loss), new(selected, truth), nothing.Vector, true, [0], TestContext.Current.CancellationToken).Single();

        using var apart = new FusionModel(fusion, rows.TextWidth, rows.ImageWidth, encoding.OutputCount, random, Double);
        using var unit = RowShift.Of(nothing, fusion, Double);
        using var seen = new FusionRows(selection, fusion, dtype: Double);
        var loop = new TrainingLoop(apart, encoding, options, random);
        loop.Run(new(rows, targets, loss), new(seen, truth), unit, null, TestContext.Current.CancellationToken);

        Assert.Equal(loop.ChosenEpoch, choice.Epoch);
        using var scope = torch.NewDisposeScope();
        var state = stacked.state_dict();
        Assert.All(apart.state_dict(), p => Assert.True((p.Value - state[p.Key]).abs().max().ToDouble() < 1e-8, p.Key));
        stacked.Dispose();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void An_aligner_in_a_sweep_gives_what_aligning_first_and_training_then_gives(double sigma)
    {
        var set = SyntheticEmbeddings.Make(signal: 0.4, validation: true);
        var options = Small with { Aligners = ["z-score"], Sigmas = [sigma], Hidden = [[16, 8]] };
        var row = Run(set, options).Single(r => r.Split == Split.Test);

        var data = ProtocolData.Prepare(set, options.Labels, new(), new(0));
        var fitted = new ZScore(new()).Fit(data.Training);
        var aligned = fitted.Transform(data.Training.Rows);
        using var model = Trainer.Train(
            data.Training.With(aligned.Image, aligned.Text), fitted.Transform(data.Selection), data.Encoding, new() { Hidden = [16, 8] },
            options.Trainer with { Sigma = sigma }, new RandomStreams(0).Derive("train/Early/seed=0"), FittedShift.Nothing(12),
            cancellation: TestContext.Current.CancellationToken);
        var test = set.Select(set.RowsOf(Split.Test));
        var predictions = model.Predict(fitted.Transform(test));

        Assert.Equal(model.ChosenEpoch, row.Epoch);
        Assert.Equal(EmbedKit.Evaluation.Metrics.Compute(predictions).MacroF1, row.MacroF1);
    }

    [Fact]
    public void Identity_keeps_unequal_widths_and_noise_then_asks_for_one()
    {
        var set = SyntheticEmbeddings.Make();
        var narrow = new EmbeddingMatrix(set.Count, 5, [.. Enumerable.Range(0, set.Count).SelectMany(r => set.RequireText().Row(r)[..5].ToArray())]);
        set = set.With(set.Image, narrow);

        var rows = Run(set, Small with { Aligners = ["identity", "center"], Fusions = [FusionKind.Early, FusionKind.Late] });

        Assert.All(rows, r => Assert.InRange(r.MacroF1, 0, 1));
        Assert.Contains(
            "widths 12 and 5", Assert.Throws<InputException>(() => Run(set, Small with { Aligners = ["identity"], Sigmas = [0, 0.1] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_widths_are_a_grid_and_share_a_seed_with_a_sweep_of_one_of_them()
    {
        var set = SyntheticEmbeddings.Make(signal: 0.4);
        var all = Run(set, Small with { Hidden = [[64], [32, 16], []] });
        var one = Run(set, Small with { Hidden = [[32, 16]] });

        Assert.Equal(["64", "32-16", "0"], all.Select(r => r.Hidden).Distinct());
        Assert.Equal(one, all.Where(r => r.Hidden == "32-16"));
    }

    private static IReadOnlyList<SweepRow> Run(EmbeddingSet set, SweepOptions options) =>
        SweepRunner.Run(set, options, new(0), cancellation: TestContext.Current.CancellationToken);
}
