using System.Text.Json;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class AlignCommandTests : IDisposable
{
    private const string Header = "image_id,split,image_embedding_0,image_embedding_1,text_embedding_0,text_embedding_1\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_gap_closes_with_lambda_1_and_widens_below_0()
    {
        Write();
        var closed = Align("--lambda", "1");
        var widened = Align("--lambda", "-0.5");

        Assert.True(Gap(closed, "gap_after") < Gap(closed, "gap_before") / 2);
        Assert.True(Gap(widened, "gap_after") > Gap(widened, "gap_before"));
        var made = JsonDocument.Parse(
            CommandLine.RunIn(_folder.Path, "embeddings", "info", "out.parquet", "--json").LastLine).RootElement.GetProperty("provenance");
        Assert.Equal(
            ("gap-shift", "-0.5", "train"),
            (made.GetProperty("aligner").GetString(), made.GetProperty("aligner.lambda").GetString(),
                made.GetProperty("aligner.fit_on").GetString()));
    }

    [Fact]
    public void Learning_from_every_row_is_said_to_be_a_leak_and_gives_another_result()
    {
        Write();
        Align("--lambda", "1");
        var train = File.ReadAllBytes(_folder["out.parquet"]);
        var outcome = Align("--lambda", "1", "--fit-on", "all");

        Assert.Contains("not leak-free", outcome.Error, StringComparison.Ordinal);
        Assert.NotEqual(train, File.ReadAllBytes(_folder["out.parquet"]));
    }

    [Theory]
    [InlineData("--lambda is missing")]
    [InlineData("only normalises", "--method", "identity", "--lambda", "1")]
    [InlineData("sigma is -1", "--lambda", "1", "--sigma", "-1")]
    [InlineData("no aligner 'fly'; expected one of gap-shift, learned-lambda", "--method", "fly", "--lambda", "1")]
    [InlineData("takes no --lambda", "--method", "coral", "--lambda", "1")]
    [InlineData("expected one of interpolate, zero-pad, pca, random-projection", "--match-width", "crop", "--lambda", "1")]
    [InlineData("--label", "--method", "learned-lambda")]
    public void Bad_usage_ends_with_2_and_no_file(string expected, params string[] arguments)
    {
        Write();
        var outcome = Align(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.parquet"]));
    }

    [Fact]
    public void Other_methods_measure_test_rows_before_and_after()
    {
        string Row(int i) =>
            FormattableString.Invariant(
                $"r{i},{(i < 30 ? "train" : "test")},{1 + Math.Sin(i)},{Math.Cos(i)},{0.2 * Math.Sin(2 * i)},{Math.Sin(i)},{-1.5 + Math.Cos(i)}\n");
        File.WriteAllText(_folder["in.csv"], Header.TrimEnd() + ",text_embedding_2\n" + string.Concat(Enumerable.Range(0, 50).Select(Row)));
        var outcome = Align("--method", "procrustes", "--match-width", "zero-pad");

        Assert.Equal(0, outcome.ExitCode);
        var json = JsonDocument.Parse(outcome.LastLine).RootElement;
        Assert.Equal("the 20 test rows", json.GetProperty("measured_on").GetString());
        Assert.True(json.GetProperty("after").GetProperty("gap").GetDouble() < json.GetProperty("before").GetProperty("gap").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("before").GetProperty("recall_at_1_image_to_text").ValueKind);
        Assert.Equal(JsonValueKind.Number, json.GetProperty("after").GetProperty("recall_at_1_image_to_text").ValueKind);
        var table = CommandLine.RunIn(_folder.Path, "align", "--embeddings", "in.csv", "--out", "out.csv", "--method", "c3", "--sigma", "0.1");
        Assert.Contains("linear_separability", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_splits_training_rows_must_be_named()
    {
        File.WriteAllText(_folder["in.csv"], Header.Replace(",split", "", StringComparison.Ordinal) + "a,1,0,0,1\n");

        Assert.Contains("--fit-on all", Align("--lambda", "1").Error, StringComparison.Ordinal);
        Assert.Equal(0, Align("--lambda", "0.5", "--fit-on", "all", "--sigma", "0.1").ExitCode);
    }

    [Fact]
    public void A_zero_row_is_named()
    {
        File.WriteAllText(_folder["in.csv"], Header + "a,train,1,0,0,1\nz,test,0,0,0,1\n");
        Assert.Contains("row 'z' has length 0", Align("--lambda", "1").Error, StringComparison.Ordinal);
    }

    private static double Gap(CommandLine.Outcome outcome, string name) =>
        JsonDocument.Parse(outcome.LastLine).RootElement.GetProperty(name).GetProperty("norm").GetDouble();

    private void Write() => File.WriteAllText(_folder["in.csv"], Header + "a,train,1,0.2,0.1,1\nb,train,2,0.1,0.2,3\nc,test,1,-0.4,-0.1,1\n");

    private CommandLine.Outcome Align(params string[] arguments) =>
        CommandLine.RunIn(_folder.Path, ["align", "--embeddings", "in.csv", "--out", "out.parquet", "--json", .. arguments]);
}
