using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Fusion;

/// <summary>Damaged models are read or refused in one line, and never larger than their weights.</summary>
public sealed class FusionModelFuzzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fusion-fuzz-").FullName;

    public FusionModelFuzzTests()
    {
        var training = TrainingSet.From(SyntheticEmbeddings.Make());
        using var trained = Trainer.Train(
            training, null, LabelEncoding.Fit(["label_class"], training.Rows.Table), new() { Kind = FusionKind.Late, Hidden = [4] },
            new() { Epochs = 1 }, new(0),
            null, null, TestContext.Current.CancellationToken);
        FusionModelFile.Write(_folder, trained, new Dictionary<string, string> { ["seed"] = "0" });
    }

    private string CardPath => Path.Combine(_folder, FusionModelFile.CardName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(FusionModelFile.CardName)]
    [InlineData(FusionModelFile.WeightsName)]
    public void Damaged_files(string name)
    {
        var path = Path.Combine(_folder, name);
        var whole = File.ReadAllBytes(path);
        Assert.InRange(Fuzz.Refused(typeof(InputException), Fuzz.Mutations(whole, seed: 8, 800), copy =>
        {
            File.WriteAllBytes(path, copy);
            FusionModelFile.Read(_folder).Dispose();
        }), 50, 800);
    }

    [Theory]
    [InlineData("\"hidden\": [\n    4\n  ]", "\"hidden\": [100000, 100000]", "expected at least ")]
    [InlineData("\"hidden\": [\n    4\n  ]", "\"hidden\": [-1]", "expected")]
    [InlineData("\"hidden\": [\n    4\n  ]", "\"hidden\": [2147483647]", "expected widths from 1 to 131072")]
    [InlineData("\"text_width\": ", "\"text_width\": 214748", "expected")]
    [InlineData("\"text_width\": ", "\"text_width\": -", "expected")]
    [InlineData("\"task\": \"multiclass\"", "\"task\": \"multilabel\"", "numbers that agree")]
    [InlineData("\"task\": \"multiclass\"", "\"task\": 7", "does not read")]
    [InlineData("\"fusion\": \"late\"", "\"fusion\": \"late\", \"fusion\": \"early\"", "does not read")]
    [InlineData("\"seed\": \"0\"", "\"seed\": \"\\ud800\"", "does not read")]
    [InlineData("\"temperature\": 1", "\"temperature\": 1e999", "temperature")]
    [InlineData("\"temperature\": 1", "\"temperature\": 0", "temperature")]
    [InlineData("\"noise\": null", "\"noise\": {\"sigma\": -1, \"seed\": 1}", "sigma")]
    [InlineData("\"shift\": null", "\"shift\": {\"lambda\": 0.1, \"image_width\": -1, \"text_width\": 2}", "shift")]
    public void A_card_that_makes_no_sense(string part, string instead, string expected)
    {
        var card = File.ReadAllText(CardPath);
        Assert.Contains(part, card, StringComparison.Ordinal);
        File.WriteAllText(CardPath, card.Replace(part, instead, StringComparison.Ordinal));
        Assert.Contains(expected, Assert.Throws<InputException>(() => FusionModelFile.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("first")]
    public void Classes_that_stand_there_twice_or_are_null(string second)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(CardPath))!;
        node["classes"]![1] = second == "null" ? null : node["classes"]![0]!.DeepClone();
        File.WriteAllText(CardPath, node.ToJsonString());
        Assert.Contains("twice, or is null", Assert.Throws<InputException>(() => FusionModelFile.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_no_numbers()
    {
        var path = Path.Combine(_folder, FusionModelFile.WeightsName);
        var tensors = SafeTensors.Read(path).ToDictionary();
        var tensor = tensors["fc2.weight"];
        BitConverter.TryWriteBytes(tensor.Bytes, float.NaN);
        SafeTensors.Write(path, tensors);
        Assert.Contains(
            "'fc2.weight' holds a value that is not finite", Assert.Throws<InputException>(() => FusionModelFile.Read(_folder)).Message,
            StringComparison.Ordinal);
    }
}
