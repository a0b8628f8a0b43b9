using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Fusion.Stacked;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Tests.Fusion;

/// <summary>In float64, where AdamW does not blow rounding up: where the true gradient is zero, float32 noise alone decides the sign of a full
/// step.</summary>
public class StackedLoopTests
{
    private const torch.ScalarType Double = torch.ScalarType.Float64;
    private static readonly double[] Lambdas = [-1, -0.3, 0, 0.5, 1];

    [Theory]
    [InlineData(FusionKind.Early)]
    [InlineData(FusionKind.Late)]
    public void A_sweep_leaves_no_tensor_behind(FusionKind kind)
    {
        var set = SyntheticEmbeddings.Make(rows: 200);
        void Sweep(int epochs)
        {
            foreach (var model in Train(set, kind, new() { Epochs = epochs, BatchSize = 8, Sigma = 0.1 }, Lambdas))
            {
                model.Dispose();
            }
        }

        Sweep(1);
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Sweep(20);

        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(FusionKind.Early, 0, 0, LossKind.Published, "label_class")]
    [InlineData(FusionKind.Early, 0.2, 0.05, LossKind.Textbook, "label_class")]
    [InlineData(FusionKind.Late, 0.2, 0.05, LossKind.Published, "label_a")]
    [InlineData(FusionKind.Late, 0, 0, LossKind.Textbook, "label_a,label_b")]
    [InlineData(FusionKind.Image, 0.2, 0, LossKind.Published, "label_class")]
    [InlineData(FusionKind.Text, 0, 0.1, LossKind.Published, "label_class")]
    [InlineData(FusionKind.Early, 0.2, 0, LossKind.Published, "label_class", false)]
    [InlineData(FusionKind.Early, 0, 0, LossKind.Published, "label_class", true, OptimizerKind.Adam)]
    [InlineData(FusionKind.Late, 0, 0.1, LossKind.Published, "label_class", true, OptimizerKind.Adam, NoiseKind.Frozen)]
    public void Models_trained_in_one_pass_equal_models_trained_apart(
        FusionKind kind, double dropout, double sigma, LossKind lossKind, string labels, bool renormalize = true,
        OptimizerKind optimizer = OptimizerKind.AdamW, NoiseKind noise = NoiseKind.Fresh)
    {
        var set = SyntheticEmbeddings.Make(rows: 200);
        var (training, selection) = (TrainingSet.From(set).Rows, set.Select(set.RowsOf(Split.Test)));
        var encoding = LabelEncoding.Fit(labels.Split(','), training.Table);
        var fusion = new FusionOptions { Kind = kind, Dropout = dropout };
        var options = new TrainerOptions { Epochs = 3, Sigma = sigma, Loss = lossKind, Optimizer = optimizer, Noise = noise };
        var random = new RandomStreams(5);
        var fitted = new GapShift(new() { Renormalize = renormalize }).Fit(TrainingSet.From(set));

        using var rows = new FusionRows(training, fusion, dtype: Double);
        using var targets = FusionRows.LossTargets(encoding, training.Table, Double);
        using var loss = FusionLoss.Fit(lossKind, encoding, training.Table, Double);
        using var selectionRows = new FusionRows(selection, fusion, dtype: Double);
        var truth = FusionRows.Truth(encoding, selection.Table);
        var stacked = new StackedLoop(fusion, encoding, options, random).Run<double>(
            new(rows, targets, loss), new(selectionRows, truth), fitted.Vector, renormalize, Lambdas, TestContext.Current.CancellationToken);

        for (var k = 0; k < Lambdas.Length; k++)
        {
            using var scope = torch.NewDisposeScope();
            using var shift = RowShift.Of(fitted.At(Lambdas[k]), fusion, Double);
            using var shifted = new FusionRows(selection, fusion, dtype: Double);
            using var alone = new FusionModel(fusion, rows.TextWidth, rows.ImageWidth, encoding.OutputCount, random, Double);
            var loop = new TrainingLoop(alone, encoding, options, random);
            shifted.Range(0, shifted.Count).copy_(shift.Apply(shifted.Range(0, shifted.Count)));
            loop.Run(new(rows, targets, loss), new(shifted, truth), shift, null, TestContext.Current.CancellationToken);

            Assert.Equal(loop.ChosenEpoch, stacked[k].Choice.Epoch);
            foreach (var (name, expected) in alone.state_dict())
            {
                var difference = (expected - stacked[k].Model.state_dict()[name]).abs().max().ToDouble();
                Assert.True(difference < 1e-8, $"{name} at λ={Lambdas[k]} differs by {difference}");
            }

            stacked[k].Model.Dispose();
        }
    }

    /// <summary>One model per λ, in one pass; the test rows choose the epoch.</summary>
    internal static IReadOnlyList<TrainedModel> Train(EmbeddingSet set, FusionKind kind, TrainerOptions options, IReadOnlyList<double> lambdas)
    {
        var (training, selection) = (TrainingSet.From(set), set.Select(set.RowsOf(Split.Test)));
        var (encoding, shift) = (LabelEncoding.Fit(["label_class"], training.Rows.Table), new GapShift(new()).Fit(training));
        using var rows = new StackedRows(training, selection, shift);
        using var sweep = new StackedTraining(rows, training, selection, encoding, new() { Kind = kind, Dropout = 0.2 }, options.Loss, shift);
        return sweep.Train(options, new RandomStreams(1), lambdas, TestContext.Current.CancellationToken);
    }
}
