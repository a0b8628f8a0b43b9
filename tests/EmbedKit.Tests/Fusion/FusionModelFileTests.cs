using System.Text;
using System.Text.Json.Nodes;
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

    [Theory]
    [InlineData("training", "null", "'training' is missing, or holds null")]
    [InlineData("training", """{"seed": null}""", "'training' is missing, or holds null")]
    [InlineData("label_columns", "null", "no label column; expected one a label")]
    [InlineData("classes", """["a"]""", "1 class; expected at least two")]
    [InlineData("format", "3", "format 3; expected format 1")]
    [InlineData("temperature", "1e-320", "expected 0.00005 to 20000")]
    [InlineData("temperature", "1e300", "temperature 1E+300; expected 0.00005 to 20000")]
    [InlineData("temperature", "-1", "temperature -1; expected 0.00005 to 20000")]
    public void A_card_with_one_wrong_value_is_refused_by_that_value(string key, string value, string message)
    {
        using var trained = Train(SyntheticEmbeddings.Make(), FusionKind.Early, "label_class", null);
        FusionModelFile.Write(_folder, trained, new Dictionary<string, string>());
        var card = Path.Combine(_folder, FusionModelFile.CardName);
        var json = JsonNode.Parse(File.ReadAllText(card))!.AsObject();
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(card, json.ToJsonString());

        Assert.Contains(message, Assert.Throws<InputException>(() => FusionModelFile.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_temperature_that_could_not_be_read_back_is_not_written()
    {
        using var trained = Train(SyntheticEmbeddings.Make(), FusionKind.Early, "label_class", null) with { Temperature = double.Epsilon };

        Assert.Contains(
            "expected 0.00005 to 20000",
            Assert.Throws<InputException>(() => FusionModelFile.Write(_folder, trained, new Dictionary<string, string>())).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_byte_order_mark_in_front_of_the_card_is_passed_over()
    {
        using var trained = Train(SyntheticEmbeddings.Make(), FusionKind.Early, "label_class", null);
        FusionModelFile.Write(_folder, trained, new Dictionary<string, string>());
        var card = Path.Combine(_folder, FusionModelFile.CardName);
        File.WriteAllText(card, File.ReadAllText(card), Encoding.UTF8);
        Assert.Equal(0xEF, File.ReadAllBytes(card)[0]);

        using var read = FusionModelFile.Read(_folder);
        Assert.Equal(trained.Encoding.Classes, read.Encoding.Classes);
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
