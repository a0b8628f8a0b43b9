using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class TrainAndSweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainAndSweepTests() => File.WriteAllText(_folder["set.csv"], Set(["label_a"]));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_then_predict_gives_the_predictions_that_train_wrote()
    {
        var train = Run("train", "--embeddings", "set.csv", "--fusion", "late", "--lambda", "-0.5", "--epochs", "3", "--out", "run", "--json");
        Assert.True(train.ExitCode == 0, train.Error);
        using var json = JsonDocument.Parse(train.LastLine);
        Assert.Equal(5, json.RootElement.GetProperty("files").GetArrayLength());
        Assert.InRange(json.RootElement.GetProperty("splits").GetProperty("test").GetProperty("macro_f1").GetDouble(), 0, 1);
        Assert.Contains("no 'val' rows", train.Error, StringComparison.Ordinal);

        var predict = Run("predict", "--model", "run", "--embeddings", "set.csv", "--out", "predictions.csv");
        Assert.True(predict.ExitCode == 0, predict.Error);
        var all = File.ReadAllLines(_folder["predictions.csv"]);
        Assert.All(File.ReadAllLines(_folder["run/predictions.csv"]), line => Assert.Contains(line, all));

        var other = Run("train", "--embeddings", "set.csv", "--fusion", "early", "--epochs", "3", "--out", "run");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("holds a different run", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_calibrates_exports_and_says_in_words_what_it_did()
    {
        var train = Run(
            "train", "--embeddings", "set.csv", "--hidden", "0", "--optimizer", "adam", "--sigma", "0.1", "--noise", "frozen", "--epochs", "9",
            "--calibrate", "--onnx", "--out", "run");
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains(
            "Early fusion of text (6) and image (6), linear probe, 2 classes, 13 parameters; learned from 54 rows.", train.Out,
            StringComparison.Ordinal);
        Assert.Matches(@"Epoch \d of 9 has the best macro-F1 on validation rows \(10\); test rows had no say\.", train.Out);
        Assert.Contains("fitted to the validation rows", train.Out, StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime gives the same outputs on 10 rows", train.Out, StringComparison.Ordinal);
        Assert.Contains("wrote run/model.onnx", train.Out, StringComparison.Ordinal);

        var predict = Run("predict", "--model", "run", "--embeddings", "set.csv", "--out", "predictions.csv");
        Assert.True(predict.ExitCode == 0, predict.Error);
        var all = File.ReadAllLines(_folder["predictions.csv"]);
        Assert.All(File.ReadAllLines(_folder["run/predictions.csv"]), line => Assert.Contains(line, all));

        var evaluate = Run("evaluate", "--predictions", "run/predictions.csv");
        Assert.True(evaluate.ExitCode == 0, evaluate.Error);
        Assert.Matches(@"ece +0\.\d{4}", evaluate.Out);
        Assert.Contains("when this sure", evaluate.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--calibrate", "--protocol=published", "no 'val' rows to calibrate on")]
    [InlineData("--onnx", "--sigma=0.1 --noise=inference", "cannot draw noise")]
    [InlineData("--hidden=0", "--dropout=0.2", "no hidden value to drop")]
    [InlineData("--hidden=0", "--fusion=late", "same model as early")]
    public void Options_that_do_not_go_together_end_with_one_line_and_2(string one, string others, string expected)
    {
        var outcome = Run(["train", "--embeddings", "set.csv", one, .. others.Split(' '), "--out", "run"]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--lambda=-1:1:1")]
    [InlineData("--lambda=-1,0,1")]
    public void Sweep_takes_ranges_and_lists_and_writes_equal_bytes_for_equal_runs(string lambda)
    {
        var first = Run(
            "sweep", "--embeddings", "set.csv", lambda, "--fusion", "early,image", "--seeds", "2", "--epochs", "2", "--out", "a/sweep.csv", "--json");
        Assert.True(first.ExitCode == 0, first.Error);
        var second = Run(
            "sweep", "--embeddings", "set.csv", "--lambda", "-1,0,1", "--fusion", "early,image", "--seeds", "2", "--epochs", "2", "--threads", "1",
            "--out", "b/sweep.csv");
        Assert.True(second.ExitCode == 0, second.Error);

        Assert.Equal(File.ReadAllBytes(_folder["a/sweep.csv"]), File.ReadAllBytes(_folder["b/sweep.csv"]));
        Assert.Equal(1 + (3 * 2 * 2 * 2), File.ReadAllLines(_folder["a/sweep.csv"]).Length);
        using var json = JsonDocument.Parse(first.LastLine);
        Assert.Equal(12, json.RootElement.GetProperty("models").GetInt32());
        Assert.Contains("12 models", second.Out, StringComparison.Ordinal);

        var verdicts = json.RootElement.GetProperty("verdicts").EnumerateArray().ToArray();
        Assert.Equal(["sweep, early", "sweep, early", "sweep, image", "sweep, image"], verdicts.Select(v => v.GetProperty("title").GetString()));
        Assert.All(verdicts, v => Assert.InRange(v.GetProperty("adjusted_p").GetDouble(), 0, 1));
        Assert.Contains("Is alignment real?", second.Out, StringComparison.Ordinal);
        Assert.Contains("Had the test rows chosen λ (a leak):", second.Out, StringComparison.Ordinal);
        Assert.Contains("Rows count as independent here", second.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_sweep_goes_on_and_ends_in_the_same_bytes()
    {
        string[] sweep =
            ["sweep", "--embeddings", "set.csv", "--folds", "2", "--aligner", "gap-shift", "--seeds", "6", "--epochs", "6", "--out"];
        using (var process = CommandLine.Start(_folder.Path, [.. sweep, "killed.csv"]))
        {
            var journal = _folder["killed.csv.journal"];
            while (!process.HasExited && (!File.Exists(journal) || new FileInfo(journal).Length < 10_000))
            {
                Thread.Sleep(20);
            }

            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        Assert.False(File.Exists(_folder["killed.csv"]));
        Assert.Equal(0, Run([.. sweep, "killed.csv"]).ExitCode);
        Assert.Equal(0, Run([.. sweep, "whole.csv", "--threads", "1"]).ExitCode);

        Assert.Equal(File.ReadAllBytes(_folder["whole.csv"]), File.ReadAllBytes(_folder["killed.csv"]));
        Assert.Equal(File.ReadAllBytes(_folder["whole.predictions.parquet"]), File.ReadAllBytes(_folder["killed.predictions.parquet"]));
    }

    [Fact]
    public void Sweep_takes_aligners_widths_and_folds_and_counts_its_models()
    {
        var outcome = Run(
            "sweep", "--embeddings", "set.csv", "--lambda=0,1", "--aligner", "gap-shift,center", "--hidden", "16", "--hidden", "16-8;8", "--fusion",
            "early", "--seeds", "1",
            "--folds", "2", "--repeats", "2", "--inner-folds", "2", "--epochs", "1", "--predictions", "false", "--out", "sweep.csv", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);

        var rows = File.ReadAllLines(_folder["sweep.csv"]).Skip(1).Select(line => line.Split(',')).ToArray();
        using var json = JsonDocument.Parse(outcome.LastLine);
        Assert.Equal(2 * json.RootElement.GetProperty("models").GetInt32(), rows.Length);
        Assert.Equal(3 * 3 * 4 * 2, rows.Length);
        Assert.Equal(["16", "16-8", "8"], rows.Select(r => r[4]).Distinct());
        Assert.Equal(["0", "1", "2", "3"], rows.Select(r => r[10]).Distinct());
        Assert.Equal(2, json.RootElement.GetProperty("files").GetArrayLength());
        Assert.Contains("2 folds × 2", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, json.RootElement.GetProperty("verdicts").GetArrayLength());
    }

    [Theory]
    [InlineData("--lambda=1:-1:0.1", "reversed")]
    [InlineData("--lambda=-1:1:0", "not above 0")]
    [InlineData("--lambda=-1:1", "between colons")]
    [InlineData("--lambda=0,,1", "missing")]
    [InlineData("--lambda=0,x", "'x' is no number")]
    [InlineData("--lambda=0:1:1e-9", "more than")]
    [InlineData("--fusion=early,middle", "middle")]
    [InlineData("--hidden=0", "late fusion is the same model as early")]
    [InlineData("--hidden=128,0", "--hidden")]
    [InlineData("--hidden=64;64", "none twice")]
    [InlineData("--aligner=gap-shift,middle", "aligner: 'gap-shift,middle'")]
    [InlineData("--aligner=c3", "center")]
    [InlineData("--sigma=-1", "sigma")]
    [InlineData("--folds=1", "at least 2 folds")]
    [InlineData("--repeats=2", "only with folds")]
    [InlineData("--dropout=1", "dropout")]
    [InlineData("--epochs=0", "epochs")]
    [InlineData("--patience=0", "patience: 0; expected at least 1")]
    [InlineData("--label=label_b", "did you mean label_a")]
    public void Bad_options_end_with_one_line_and_2(string option, string expected)
    {
        var outcome = Run("sweep", "--embeddings", "set.csv", option, "--out", "sweep.csv");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(["set.csv"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Several_label_columns_ask_for_a_choice()
    {
        File.WriteAllText(_folder["two.csv"], Set(["label_a", "label_b"]));

        var unclear = Run("train", "--embeddings", "two.csv", "--out", "run");
        Assert.Equal(2, unclear.ExitCode);
        Assert.Contains("label_a, label_b", unclear.Error, StringComparison.Ordinal);

        var multilabel = Run("train", "--embeddings", "two.csv", "--label", "label_a,label_b", "--epochs", "1", "--out", "run", "--json");
        Assert.True(multilabel.ExitCode == 0, multilabel.Error);
        Assert.Contains("\"task\":\"multilabel\"", multilabel.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public void Predicting_without_a_model_is_refused()
    {
        var outcome = Run("predict", "--model", "nowhere", "--embeddings", "set.csv", "--out", "p.csv");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("model.json: no such file", outcome.Error, StringComparison.Ordinal);
    }

    private CommandLine.Outcome Run(params string[] arguments) => CommandLine.RunIn(_folder.Path, arguments);

    private static string Set(string[] labels)
    {
        var random = new Random(7);
        var csv = new StringBuilder($"image_id,split,{string.Join(',', labels)},{Names("image")},{Names("text")}\n");
        for (var row = 0; row < 80; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"r{row},{(row % 5 == 0 ? "test" : "train")}");
            foreach (var label in labels)
            {
                csv.Append(CultureInfo.InvariantCulture, $",{(row / labels.Length / (label == "label_b" ? 2 : 1)) % 2}");
            }

            for (var i = 0; i < 12; i++)
            {
                csv.Append(CultureInfo.InvariantCulture, $",{random.NextDouble() + (i % 2 == row % 2 ? 0.5 : 0):0.####}");
            }

            csv.Append('\n');
        }

        return csv.ToString();
    }

    private static string Names(string modality) => string.Join(',', Enumerable.Range(0, 6).Select(i => $"{modality}_embedding_{i}"));
}
