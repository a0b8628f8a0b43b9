using System.Globalization;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Tests.Fusion;

public class TrainerTests
{
    private static readonly string[] Label = ["label_class"];

    [Theory]
    [InlineData(FusionKind.Early, "label_class", TaskKind.Multiclass)]
    [InlineData(FusionKind.Late, "label_a", TaskKind.Binary)]
    [InlineData(FusionKind.Image, "label_a,label_b", TaskKind.Multilabel)]
    [InlineData(FusionKind.Text, "label_class", TaskKind.Multiclass)]
    public void Every_kind_learns_every_task(FusionKind kind, string labels, TaskKind task)
    {
        var set = SyntheticEmbeddings.Make(rows: 400);
        using var trained = Train(set, new() { Kind = kind, Dropout = 0.2 }, new(), labels.Split(','));

        var report = Metrics.Compute(trained.Predict(Test(set)));

        Assert.Equal(task, report.Task);
        Assert.True(report.MacroF1 > 0.75, FormattableString.Invariant($"macro-F1 {report.MacroF1}"));
    }

    [Fact]
    public void Shuffled_labels_leave_chance()
    {
        var set = SyntheticEmbeddings.Make(rows: 600);
        var labels = (string[])set.Table["label_class"].Clone();
        new SeededRandom(3).Shuffle(labels);
        set = new(set.Table.With("label_class", labels), set.Image, set.Text);
        using var trained = Train(set, new(), new());

        // Three classes, 120 test rows: chance is 1/3, and four standard errors are 0.17.
        Assert.InRange(Metrics.Compute(trained.Predict(Test(set))).Accuracy, 0.16, 0.5);
    }

    [Fact]
    public void Parallel_threads_give_the_bytes_of_runs_alone()
    {
        var set = SyntheticEmbeddings.Make();
        byte[] Run(int seed)
        {
            using var trained = Train(set, new() { Kind = FusionKind.Late, Dropout = 0.3 }, new() { Epochs = 4, Sigma = 0.05 }, seed: seed);
            return [.. trained.Model.state_dict().OrderBy(p => p.Key).SelectMany(p => p.Value.bytes.ToArray())];
        }

        var alone = Enumerable.Range(0, 6).Select(Run).ToArray();
        var together = new byte[6][];
        Parallel.For(0, 6, new() { MaxDegreeOfParallelism = 3 }, i => together[i] = Run(i));

        Assert.NotEqual(alone[0], alone[1]);
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(alone[i], together[i]));
    }

    [Theory]
    [InlineData(129, 64, "0,64,129")]
    [InlineData(130, 64, "0,64,128,130")]
    [InlineData(64, 64, "0,64")]
    [InlineData(3, 2, "0,3")]
    [InlineData(2, 64, "0,2")]
    public void A_last_minibatch_of_one_row_joins_the_one_before(int rows, int batch, string expected) =>
        Assert.Equal(expected, string.Join(',', MinibatchOrder.Boundaries(rows, batch)));

    [Fact]
    public void A_training_set_whose_last_minibatch_would_hold_one_row_trains()
    {
        var set = SyntheticEmbeddings.Make(rows: 162);
        var training = set.RowsOf(Split.Train);
        using var trained = Train(set, new(), new() { Epochs = 2, BatchSize = training.Length - 1 });

        Assert.All(trained.History, e => Assert.True(double.IsFinite(e.Loss)));
    }

    [Fact]
    public void One_training_row_is_refused()
    {
        var set = SyntheticEmbeddings.Make();
        var one = set.Select([set.RowsOf(Split.Train)[0]]);
        var encoding = LabelEncoding.Fit(Label, set.Table);

        var error = Assert.Throws<InputException>(() => Trainer.Train(
            TrainingSet.From(one), null, encoding, new(), new(), new(0), cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("at least 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_training_rows_is_named()
    {
        var set = SyntheticEmbeddings.Make();
        var encoding = LabelEncoding.Fit(Label, set.Table);
        var without = set.Select([.. Enumerable.Range(0, set.Count).Where(r => set.Table["label_class"][r] != "c1")]);

        var error = Assert.Throws<InputException>(() => Trainer.Train(
            TrainingSet.From(without), null, encoding, new(), new(), new(0), cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("'c1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_becomes_infinite_stops_the_run()
    {
        var error = Assert.Throws<InputException>(() => Train(SyntheticEmbeddings.Make(), new(), new() { LearningRate = 1e30 }));
        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_epoch_is_the_best_on_the_selection_rows_and_its_weights_are_kept()
    {
        var set = SyntheticEmbeddings.Make(rows: 300, signal: 0.3);
        using var trained = Train(set, new(), new() { Epochs = 20, LearningRate = 0.01 });

        var best = trained.History.MaxBy(e => e.SelectionMacroF1)!;
        Assert.Equal(best.Epoch, trained.ChosenEpoch);
        Assert.Equal(best.SelectionMacroF1!.Value, Metrics.Compute(trained.Predict(Test(set))).MacroF1, 1e-12);
        Assert.Contains(trained.History, e => e.SelectionMacroF1 < best.SelectionMacroF1);
    }

    [Fact]
    public void Patience_stops_early()
    {
        var set = SyntheticEmbeddings.Make(rows: 300, signal: 0.3);
        using var trained = Train(set, new(), new() { Epochs = 200, PatienceEpochs = 3 });

        Assert.Equal(trained.ChosenEpoch + 3, trained.EpochsRun);
    }

    [Fact]
    public void Noise_before_a_shift_is_normalised_away_in_length_but_changes_the_model()
    {
        var set = SyntheticEmbeddings.Make();
        var shift = new GapShift(new() { Lambda = 0.5 }).Fit(TrainingSet.From(set));
        using var clean = Train(set, new(), new() { Epochs = 3 }, shift: shift);
        using var noisy = Train(set, new(), new() { Epochs = 3, Sigma = 0.1 }, shift: shift);
        using var tiny = Train(set, new(), new() { Epochs = 3, Sigma = 1e-12 }, shift: shift);

        Assert.NotEqual(clean.History[0].Loss, noisy.History[0].Loss);
        Assert.Equal(clean.History[2].Loss, tiny.History[2].Loss, 1e-4);
    }

    private static EmbeddingSet Test(EmbeddingSet set) => set.Select(set.RowsOf(Split.Test));

    internal static TrainedModel Train(
        EmbeddingSet set, FusionOptions fusion, TrainerOptions options, string[]? labels = null, int seed = 0, FittedShift? shift = null)
    {
        torch.set_num_threads(1);
        var training = TrainingSet.From(set);
        return Trainer.Train(
            training, Test(set), LabelEncoding.Fit(labels ?? Label, training.Rows.Table), fusion, options,
            new RandomStreams(0).Derive(seed.ToString(CultureInfo.InvariantCulture)), shift, null, TestContext.Current.CancellationToken);
    }
}
