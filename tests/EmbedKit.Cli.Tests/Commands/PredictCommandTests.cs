using System.Globalization;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class PredictCommandTests : IDisposable
{
    private const string Header = "image_id,split,label_a,image_embedding_0,image_embedding_1,text_embedding_0,text_embedding_1";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_that_cannot_be_predicted_end_with_one_line_and_2_and_no_file()
    {
        var rows = Enumerable.Range(0, 40)
            .Select(i =>
                string.Create(CultureInfo.InvariantCulture, $"r{i},{(i % 4 == 0 ? "test" : "train")},{i / 2 % 2},0.{i + 1},0.3,0.2,0.{40 - i}"));
        File.WriteAllLines(_folder["set.csv"], [Header, .. rows]);
        var train = Run("train", "--embeddings", "set.csv", "--hidden", "0", "--epochs", "2", "--out", "run");
        Assert.True(train.ExitCode == 0, train.Error);

        Refuses("expected 2 and 2", "image_id,image_embedding_0,text_embedding_0,text_embedding_1", "a,1,2,3");
        Refuses("no text embeddings", "image_id,image_embedding_0,image_embedding_1", "a,1,2");
        Refuses("text embedding of row 'b' is all zeros", Header, "a,test,0,1,2,3,4", "b,test,1,1,2,0,0");
        Refuses("row 2, column text_embedding_1", Header, "a,test,0,1,2,3,NaN");

        // Predicting needs no truth: labels that are missing, or no class of the model, are left out of measures alone.
        File.WriteAllLines(_folder["new.csv"], [Header, "a,test,7,1,2,3,4", "b,test,0.0,1,2,3,4", "c,test,,1,2,3,4", "d,test,1,1,2,3,4"]);
        var predicted = Run("predict", "--model", "run", "--embeddings", "new.csv", "--out", "new-predictions.csv");
        Assert.Equal(0, predicted.ExitCode);
        Assert.Contains("but for 2 whose label is missing or no class of the model, the first a", predicted.Out, StringComparison.Ordinal);
        Assert.Equal(["a,,", "b,0", "c,,", "d,1"], File.ReadLines(_folder["new-predictions.csv"]).Skip(1).Select(line => line[..3]));
        var measured = Run("evaluate", "--predictions", "new-predictions.csv");
        Assert.Contains("2 rows left out for a missing y_true, the first a.", measured.Out, StringComparison.Ordinal);
        Assert.Contains("2 rows, 2 classes, positive: 1", measured.Out, StringComparison.Ordinal);
    }

    private void Refuses(string expected, params string[] csv)
    {
        File.WriteAllLines(_folder["bad.csv"], csv);
        var outcome = Run("predict", "--model", "run", "--embeddings", "bad.csv", "--out", "predictions.csv");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["predictions.csv"]));
    }

    private CommandLine.Outcome Run(params string[] arguments) => CommandLine.RunIn(_folder.Path, arguments);
}
