using System.Text.Json;

namespace EmbedKit.Cli.Tests.Bench;

[Trait("Tier", "slow")]
public sealed class BenchCommandTests(BenchCommandTests.DemoData demo) : IClassFixture<BenchCommandTests.DemoData>
{
    private readonly string[] _data =
        ["--labels", demo.Folder["satellite/labels.csv"], "--images", demo.Folder["satellite/images"]];

    [Fact]
    public void Both_ways_of_training_give_one_F1_and_say_what_they_took()
    {
        var outcome = CommandLine.Run(
            ["bench", "efficiency", .. _data, "--encoders", "tiny-clip", "--rows", "20,40", "--epochs", "2", "--repeats", "1", "--allow-noise", "--json",
                "--out", demo.Folder["efficiency.csv"]]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        var rows = JsonDocument.Parse(outcome.LastLine).RootElement.GetProperty("rows").EnumerateArray().ToArray();
        string Text(int row, string name) => rows[row].GetProperty(name).GetString()!;
        double Number(int row, string name) => rows[row].GetProperty(name).GetDouble();
        Assert.Equal(["cached", "live", "cached", "live"], Enumerable.Range(0, 4).Select(r => Text(r, "way")));
        Assert.Equal([20.0, 20, 40, 40], Enumerable.Range(0, 4).Select(r => Number(r, "rows")));
        foreach (var first in (int[])[0, 2])
        {
            Assert.Equal(Number(first, "f1_macro"), Number(first + 1, "f1_macro"));
            Assert.Equal(Number(first, "parameters_trained"), Number(first + 1, "parameters_trained"));
            Assert.True(Number(first + 1, "parameters_held") > Number(first, "parameters_held"));
            Assert.True(Number(first, "extract_seconds") > 0);
            Assert.Equal(JsonValueKind.Null, rows[first + 1].GetProperty("extract_seconds").ValueKind);
            Assert.Equal(JsonValueKind.Null, rows[first].GetProperty("failure").ValueKind);
        }

        Assert.Equal(5, File.ReadAllLines(demo.Folder["efficiency.csv"]).Length);
    }

    [Fact]
    public void Encoders_without_dropout_of_their_own_give_one_F1_frozen_and_trained_ones_train_more()
    {
        var outcome = CommandLine.Run(
            ["bench", "efficiency", .. _data, "--encoders", "tiny-dino+tiny-llama", "--ways", "live,live-published,fine-tuned", "--rows", "30", "--epochs",
                "2", "--repeats", "1", "--allow-noise", "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        var rows = JsonDocument.Parse(outcome.LastLine).RootElement.GetProperty("rows").EnumerateArray().ToArray();
        double Number(int row, string name) => rows[row].GetProperty(name).GetDouble();
        Assert.Equal(["live", "live-published", "fine-tuned"], rows.Select(r => r.GetProperty("way").GetString()));
        Assert.Equal(Number(0, "f1_macro"), Number(1, "f1_macro"));
        Assert.Equal(Number(0, "parameters_trained"), Number(1, "parameters_trained"));
        Assert.Equal(Number(2, "parameters_held"), Number(2, "parameters_trained"));
        Assert.Equal(Number(1, "parameters_held"), Number(2, "parameters_held"));
        Assert.All(Enumerable.Range(0, 3), r => Assert.InRange(Number(r, "f1_macro"), Number(r, "f1_low"), Number(r, "f1_high")));
    }

    [Theory]
    [InlineData("--encoder-learning-rate", "0", "encoder learning rate is 0")]
    [InlineData("--rows", "20,x", "expected whole numbers of at least 2")]
    [InlineData("--rows", "100000", "expected at most")]
    [InlineData("--label", "label_no", "no column 'label_no'")]
    [InlineData("--ways", "cached,raw", "'raw': no such way; expected cached, live, live-published, fine-tuned")]
    [InlineData("--repeats", "0", "--repeats is 0")]
    [InlineData("--epochs", "1", "the first is a warm-up")]
    [InlineData("--encoders", "a+b+c", "expected one model, or two joined by a plus sign")]
    public void What_cannot_be_measured_ends_with_one_line_and_2(string option, string value, string expected)
    {
        string[] encoders = option == "--encoders" ? [] : ["--encoders", "tiny-clip"];
        var outcome = CommandLine.Run(["bench", "efficiency", .. _data, .. encoders, "--allow-noise", option, value]);
        Assert.Equal(2, outcome.ExitCode);
        var line = outcome.Error.TrimEnd().Split('\n')[^1];
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.StartsWith("embedkit: ", line, StringComparison.Ordinal);
    }

    public sealed class DemoData : IDisposable
    {
        public DemoData() => Assert.Equal(0, CommandLine.Run("data", "demo", "--size", "140", "--out", Folder.Path).ExitCode);

        internal TemporaryFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }
}
