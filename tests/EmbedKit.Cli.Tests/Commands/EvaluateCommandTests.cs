using System.Text.Json;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Metrics_come_under_their_names_and_in_a_table()
    {
        Write("a.csv", i => i < 45);
        var json = JsonDocument.Parse(CommandLine.RunIn(_folder.Path, "evaluate", "--predictions", "a.csv", "--json").LastLine).RootElement;
        var table = CommandLine.RunIn(_folder.Path, "evaluate", "--predictions", "a.csv");

        Assert.Equal(0.9, json.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(["ill", "well"], json.GetProperty("classes").EnumerateArray().Select(c => c.GetString()));
        Assert.True(json.TryGetProperty("macro_f1", out _) && json.TryGetProperty("auc", out _) && json.TryGetProperty("confusion", out _));
        Assert.Equal(0, table.ExitCode);
        Assert.Contains("accuracy                           0.9000", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_are_compared_in_words()
    {
        Write("a.csv", i => i < 48);
        Write("b.csv", i => i < 25);
        Write("c.csv", i => i > 1);

        Assert.Contains("the first is better", Compare("a.csv", "b.csv"), StringComparison.Ordinal);
        Assert.Contains("the second is better", Compare("b.csv", "a.csv"), StringComparison.Ordinal);
        Assert.Contains("do not show a difference", Compare("a.csv", "c.csv"), StringComparison.Ordinal);
        Assert.Equal(Compare("a.csv", "b.csv"), Compare("a.csv", "b.csv"));
    }

    [Fact]
    public void Other_rows_are_not_compared()
    {
        Write("a.csv", _ => true);
        File.WriteAllText(_folder["b.csv"], File.ReadAllText(_folder["a.csv"]).Replace("id7,", "id700,", StringComparison.Ordinal));
        var outcome = CommandLine.RunIn(_folder.Path, "evaluate", "--predictions", "a.csv", "--against", "b.csv");

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains("id7, id700", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_only_one_file_says_is_measured_in_both_and_loose_ids_are_said()
    {
        File.WriteAllText(_folder["a.csv"], "image_id,y_true,y_pred\nA1,x,x\nA2,y,y\nA3,x,x\n");
        File.WriteAllText(_folder["b.csv"], "image_id,y_true,y_pred\na1,x,x\nA2,y,z\nA3,x,x\n");
        var outcome = CommandLine.RunIn(_folder.Path, "evaluate", "--predictions", "a.csv", "--against", "b.csv");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("a.csv: 3 rows, 3 classes", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("b.csv: 3 rows, 3 classes", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("1 id of the second file found in the first without regard to case", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_come_from_a_labels_file_or_the_predictions()
    {
        Write("a.csv", i => i < 48);
        Write("b.csv", i => i < 25);
        File.WriteAllText(_folder["labels.csv"], "image_id,group_id\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"id{i},g{i % 25}\n")));
        var lines = File.ReadAllLines(_folder["a.csv"]);
        File.WriteAllLines(_folder["grouped.csv"], lines.Select((line, i) => i == 0 ? line + ",group_id" : $"{line},g{(i - 1) % 25}"));
        JsonElement Json(params string[] more) =>
            JsonDocument.Parse(CommandLine.RunIn(_folder.Path, ["evaluate", "--json", .. more]).LastLine).RootElement.GetProperty("comparison");

        var byLabels = Json("--predictions", "a.csv", "--against", "b.csv", "--labels", "labels.csv");
        Assert.Equal(25, byLabels.GetProperty("groups").GetInt32());
        Assert.Equal("first_better", byLabels.GetProperty("differences")[1].GetProperty("verdict").GetString());
        Assert.Equal(
            byLabels.GetProperty("differences").GetRawText(),
            Json("--predictions", "grouped.csv", "--against", "b.csv").GetProperty("differences").GetRawText());
        Assert.Contains("the same 50 rows, 25 groups", Compare("grouped.csv", "b.csv"), StringComparison.Ordinal);

        File.WriteAllText(_folder["labels.csv"], "image_id,group_id\nid0,g\n");
        var outcome = CommandLine.RunIn(_folder.Path, "evaluate", "--predictions", "a.csv", "--against", "b.csv", "--labels", "labels.csv");
        Assert.Equal((2, true), (outcome.ExitCode, outcome.Error.Contains("no row for 'id1'", StringComparison.Ordinal)));
        Assert.Equal(2, CommandLine.RunIn(_folder.Path, "evaluate", "--predictions", "a.csv", "--labels", "labels.csv").ExitCode);
    }

    private string Compare(string first, string second) =>
        CommandLine.RunIn(_folder.Path, "evaluate", "--predictions", first, "--against", second).Out;

    private void Write(string name, Func<int, bool> right)
    {
        string Row(int i)
        {
            var well = i % 2 == 0;
            var said = right(i) == well;
            return $"id{i},{(well ? "well" : "ill")},{(said ? "well" : "ill")},{(said ? "0.2,0.8" : "0.8,0.2")}\n";
        }

        File.WriteAllText(_folder[name], "image_id,y_true,y_pred,score_ill,score_well\n" + string.Concat(Enumerable.Range(0, 50).Select(Row)));
    }
}
