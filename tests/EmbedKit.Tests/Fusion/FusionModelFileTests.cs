using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Fusion;

public sealed class FusionModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fusion-model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(FusionKind.Early, "label_class", null)]
    [InlineData(FusionKind.Late, "label_a", 0.4)]
    [InlineData(FusionKind.Image, "label_a,label_b", -1.0)]
    public void A_model_read_back_predicts_the_same(FusionKind kind, string labels, double? lambda)
    {
        var set = SyntheticEmbeddings.Make();
        using var trained = Train(set, kind, labels, lambda);

        FusionModelFile.Write(_folder, trained, new Dictionary<string, string> { ["seed"] = "0" });
        using var read = FusionModelFile.Read(_folder);

        Assert.Equal(trained.Predict(set).Scores, read.Predict(set).Scores);
        Assert.Equal(trained.Predict(set).Predicted, read.Predict(set).Predicted);
        Assert.Equal((trained.ChosenEpoch, trained.EpochsRun), (read.ChosenEpoch, read.EpochsRun));
    }

    [Fact]
    public void A_linear_probe_and_noise_at_inference_come_back_too()
    {
        var set = SyntheticEmbeddings.Make();
        using var trained = Train(set, FusionKind.Early, "label_class", 0.4, [], new() { Sigma = 0.1, Noise = NoiseKind.Inference });

        FusionModelFile.Write(_folder, trained, new Dictionary<string, string>());
        using var read = FusionModelFile.Read(_folder);

        Assert.True(read.Model.Options.IsLinearProbe);
        Assert.Equal(trained.Predict(set).Scores, read.Predict(set).Scores);
        Assert.NotEqual(trained.Predict(set).Scores, (trained with { Noise = null }).Predict(set).Scores);
    }

    [Fact]
    public void Weights_of_another_shape_are_refused()
    {
        var set = SyntheticEmbeddings.Make();
        using var early = Train(set, FusionKind.Early, "label_class", null);
        using var late = Train(set, FusionKind.Late, "label_class", null);
        FusionModelFile.Write(_folder, early, new Dictionary<string, string>());
        var weights = File.ReadAllBytes(Path.Combine(_folder, FusionModelFile.WeightsName));
        FusionModelFile.Write(_folder, late, new Dictionary<string, string>());
        File.WriteAllBytes(Path.Combine(_folder, FusionModelFile.WeightsName), weights);

        Assert.Contains("no tensor", Assert.Throws<InputException>(() => FusionModelFile.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"format": 2}""")]
    public void A_card_that_is_none_is_refused(string card)
    {
        File.WriteAllText(Path.Combine(_folder, FusionModelFile.CardName), card);

        Assert.Throws<InputException>(() => FusionModelFile.Read(_folder));
    }

    [Fact]
    public void A_folder_without_a_model_is_refused() =>
        Assert.Contains("no such file", Assert.Throws<InputException>(() => FusionModelFile.Read(_folder)).Message, StringComparison.Ordinal);

    [Fact]
    public void Embeddings_of_another_width_are_refused()
    {
        using var trained = Train(SyntheticEmbeddings.Make(), FusionKind.Early, "label_class", null);

        Assert.Contains(
            "widths", Assert.Throws<InputException>(() => trained.Predict(SyntheticEmbeddings.Make(dimension: 13))).Message,
            StringComparison.Ordinal);
    }

    private static TrainedModel Train(
        EmbeddingSet set, FusionKind kind, string labels, double? lambda, int[]? hidden = null, TrainerOptions? options = null)
    {
        var training = TrainingSet.From(set);
        return Trainer.Train(
            training, null, LabelEncoding.Fit(labels.Split(','), training.Rows.Table), new() { Kind = kind, Hidden = hidden },
            (options ?? new()) with { Epochs = 2 }, new(0),
            lambda is { } l ? new GapShift(new() { Lambda = l }).Fit(training) : null, null, TestContext.Current.CancellationToken);
    }
}
