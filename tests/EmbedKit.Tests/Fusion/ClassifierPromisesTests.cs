using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Tests.Fusion;

/// <summary>What every classifier promises.</summary>
public sealed class ClassifierPromisesTests : IDisposable
{
    private static readonly Dictionary<string, FusionOptions> Shapes = new()
    {
        ["early"] = new() { Hidden = [16], Dropout = 0.2 },
        ["late"] = new() { Kind = FusionKind.Late, Hidden = [8], Dropout = 0.2 },
        ["late, unequal branches"] = new() { Kind = FusionKind.Late, Hidden = [], ImageHidden = [8] },
        ["image"] = new() { Kind = FusionKind.Image, Hidden = [16] },
        ["text"] = new() { Kind = FusionKind.Text, Hidden = [16] },
        ["two hidden layers"] = new() { Hidden = [16, 8] },
        ["linear probe"] = new() { Hidden = [] },
        ["linear probe on images"] = new() { Kind = FusionKind.Image, Hidden = [] },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("classifier-").FullName;

    public static TheoryData<string> Names => [.. Shapes.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Only_a_training_set_can_be_learned_from() => Assert.All(
        typeof(Trainer).GetMethods().Where(m => m.Name.StartsWith("Train", StringComparison.Ordinal)),
        train => Assert.Equal(typeof(TrainingSet), train.GetParameters()[0].ParameterType));

    [Theory]
    [MemberData(nameof(Names))]
    public void Test_rows_change_nothing_that_is_learned(string name)
    {
        var set = SyntheticEmbeddings.Make(validation: true);
        var test = set.RowsOf(Split.Test).ToHashSet();
        EmbeddingMatrix Scrambled(EmbeddingMatrix rows) =>
            new(rows.Rows, rows.Dimension, [.. rows.Values.Select((v, i) => test.Contains(i / rows.Dimension) ? 3 - v : v)]);
        using var one = Train(name, set);
        using var other = Train(name, set.With(Scrambled(set.Image!), Scrambled(set.Text!)));

        Assert.Equal(Bytes(one), Bytes(other));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_seeds_give_equal_bytes(string name)
    {
        using var one = Train(name);
        using var same = Train(name);
        using var other = Train(name, seed: 1);

        Assert.Equal(Bytes(one), Bytes(same));
        Assert.NotEqual(Bytes(one), Bytes(other));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_gets_its_scores_in_any_order_and_any_company(string name)
    {
        var set = SyntheticEmbeddings.Make();
        using var trained = Train(name, set);
        var all = trained.Predict(set);
        int[] backwards = [.. Enumerable.Range(0, set.Count).Reverse()];

        foreach (var rows in (int[][])[backwards, [7], [3, 0, 99], .. Enumerable.Range(0, 5).Select(i => (int[])[i])])
        {
            var some = trained.Predict(set.Select(rows));
            Assert.Equal(rows.Select(r => all.Ids[r]), some.Ids);
            Assert.Equal(rows.Select(r => all.Predicted[r]), some.Predicted);
            Assert.All(
                rows.Index(),
                r => Assert.All(Enumerable.Range(0, 3), c => Assert.Equal(all.Scores![(r.Item * 3) + c], some.Scores![(r.Index * 3) + c], 1e-6)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Scores_are_probabilities(string name)
    {
        var set = SyntheticEmbeddings.Make();
        using var trained = Train(name, set);
        using var calibrated = trained.Calibrated(set.Select(set.RowsOf(Split.Test)));

        foreach (var predictions in (Predictions[])[trained.Predict(set), calibrated.Predict(set)])
        {
            Assert.True(predictions.HasProbabilities);
            Assert.All(predictions.Scores!.Chunk(3), row => Assert.Equal(1, row.Sum(), 1e-9));
            Assert.Equal(trained.Predict(set).Predicted, predictions.Predicted);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_saved_comes_back(string name)
    {
        var set = SyntheticEmbeddings.Make();
        using var trained = Train(name, set, lambda: 0.5);
        using var calibrated = trained.Calibrated(set.Select(set.RowsOf(Split.Test)));
        FusionModelFile.Write(_folder, calibrated, new Dictionary<string, string>());
        using var read = FusionModelFile.Read(_folder);

        Assert.Equal(Bytes(trained), Bytes(read));
        Assert.Equal(calibrated.Predict(set).Scores, read.Predict(set).Scores);
        Assert.Equal(calibrated.Temperature, read.Temperature);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_rows_are_refused_in_one_line(string name)
    {
        var set = SyntheticEmbeddings.Make();
        using var trained = Train(name, set);
        void Refuses(string expected, Action action)
        {
            var message = Assert.Throws<InputException>(action).Message;
            Assert.Contains(expected, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }

        Refuses("widths", () => trained.Predict(SyntheticEmbeddings.Make(dimension: 13)));
        var without = Shapes[name].UsesText ? set.With(set.Image, null) : set.With(null, set.Text);
        Refuses("no " + (Shapes[name].UsesText ? "text" : "image") + " embeddings", () => trained.Predict(without));
        Refuses("no " + (Shapes[name].UsesText ? "text" : "image") + " embeddings", () => Train(name, without));

        var zero = SyntheticEmbeddings.Make();
        Row8(zero.Image!).Clear();
        Row8(zero.Text!).Clear();
        Refuses("'row8' is all zeros", () => trained.Predict(zero));
        Refuses("'row8' is all zeros", () => Train(name, zero));
        Row8(zero.Image!).Fill(float.NaN);
        Refuses("(row8)", () => zero.With(new(zero.Count, 12, zero.Image!.Values), zero.Text));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_class_that_training_rows_lack_is_predicted_as_one_they_have_and_its_truth_is_unknown(string name)
    {
        using var trained = Train(name, SyntheticEmbeddings.Make());
        var more = SyntheticEmbeddings.Make(classes: 4);
        var predictions = trained.Predict(more);
        var unknown = more.Table["label_class"].Count(c => !trained.Encoding.Classes.Contains(c));
        Assert.InRange(unknown, 1, more.Count - 1);
        Assert.Equal((more.Count, unknown), (predictions.Count, predictions.UnknownIds.Count));
        Assert.All(predictions.Predicted, p => Assert.InRange(p, 0, trained.Encoding.Classes.Count - 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_number_of_rows_trains_from_two_on(string name)
    {
        foreach (var rows in (int[])[2, 3, 5, 17])
        {
            var set = SyntheticEmbeddings.Make(rows: 60);
            var few = set.Select(set.RowsOf(Split.Train)[..rows]);
            few = new(few.Table.With("label_class", [.. few.Ids.Select((_, i) => i % 2 == 0 ? "a" : "b")]), few.Image, few.Text);
            using var trained = Train(name, few, batch: 4);

            Assert.All(trained.History, e => Assert.True(double.IsFinite(e.Loss)));
            Assert.True(trained.Predict(few).HasProbabilities);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_class_without_selection_rows_counts_as_0_and_training_stops_early(string name)
    {
        var set = SyntheticEmbeddings.Make();
        var selection = set.Select([.. set.RowsOf(Split.Test).Where(r => set.Table["label_class"][r] != "c2")]);
        var training = TrainingSet.From(set);
        using var trained = Trainer.Train(
            training, selection, LabelEncoding.Fit(["label_class"], training.Rows.Table), Shapes[name],
            new() { Epochs = 300, PatienceEpochs = 4, LearningRate = 0.01 },
            new(0), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(trained.ChosenEpoch + 4, trained.EpochsRun);
        Assert.All(trained.History, e => Assert.InRange(e.SelectionMacroF1!.Value, 0, 2.0 / 3));
        var report = Metrics.Compute(trained.Predict(selection));
        Assert.Equal(trained.History.Max(e => e.SelectionMacroF1)!.Value, report.MacroF1, 1e-12);
        Assert.DoesNotContain(report.ToNamed().Values.OfType<double>(), double.IsNaN);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_thousand_steps_leave_no_tensor_behind(string name)
    {
        // TrainerMemoryTests measures the process over ten thousand; the count is exact, so fewer do here.
        var set = SyntheticEmbeddings.Make(rows: 126, dimension: 4);
        Train(name, set, epochs: 1, batch: 2).Dispose();
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Train(name, set, epochs: 40, batch: 2).Dispose();

        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static Span<float> Row8(EmbeddingMatrix matrix) => matrix.Values.AsSpan(8 * matrix.Dimension, matrix.Dimension);

    private static TrainedModel Train(string name, EmbeddingSet? set = null, int seed = 0, double? lambda = null, int epochs = 3, int batch = 64)
    {
        torch.set_num_threads(1);
        var training = TrainingSet.From(set ?? SyntheticEmbeddings.Make());
        var validation = set?.Select(set.RowsOf(Split.Validation));
        return Trainer.Train(
            training, validation is { Count: > 0 } ? validation : null, LabelEncoding.Fit(["label_class"], training.Rows.Table), Shapes[name],
            new() { Epochs = epochs, BatchSize = batch, Sigma = 0.01 }, new(seed), lambda is { } l ? new GapShift(new() { Lambda = l }).Fit(training)
                : null, null,
            TestContext.Current.CancellationToken);
    }

    private static byte[] Bytes(TrainedModel trained) =>
        [.. trained.Model.state_dict().OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.bytes.ToArray())];
}
