using System.Text.Json;
using EmbedKit.Data;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class DataSplitCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DataSplitCommandTests() => File.WriteAllLines(
        _folder["labels.csv"],
        Enumerable.Range(0, 200).Select(i => $"img{i:000},a text,{(i % 4 == 0 ? "mel" : "nv")},g{i / 2},2016-{1 + (i / 20):00}-01")
            .Prepend("image_id,text,label_dx,group_id,date"));

    [Fact]
    public void Groups_and_look_alikes_stay_on_one_side_and_the_split_can_be_used_again()
    {
        File.WriteAllText(_folder["near.csv"], "image_id,cluster\nimg000,1\nimg150,1\n");
        var first = Run("--near-duplicates", _folder["near.csv"], "--seed", "3", "--out", _folder["one"], "--json");
        Assert.Equal(0, JsonDocument.Parse(first.LastLine).RootElement.GetProperty("test_rows_sharing_group_with_train").GetInt32());
        var split = LabelledDataset.Read(_folder["one/labels.csv"]);
        Assert.Equal(split.Splits![0], split.Splits[150]);

        Run("--apply", _folder["one/split.csv"], "--out", _folder["two"]);
        Assert.Equal(File.ReadAllText(_folder["one/labels.csv"]), File.ReadAllText(_folder["two/labels.csv"]));
        Assert.Contains("\"seed\": 3", File.ReadAllText(_folder["one/split.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_split_cuts_groups_and_says_so()
    {
        var outcome = Run("--by", "published", "--out", _folder["out"]);
        Assert.Contains("train 160, test 40", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("of 40 test rows share a group with a training row", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_card_says_where_a_side_differs_most_from_all_rows_and_the_audit_says_so_of_a_split_that_differs()
    {
        var outcome = Run("--out", _folder["out"]);
        Assert.Contains("label_dx: ", outcome.Out, StringComparison.Ordinal);
        var differences = JsonDocument.Parse(File.ReadAllText(_folder["out/split.json"])).RootElement.GetProperty("largest_difference_from_all_rows");
        var label = differences.GetProperty("label_dx");
        var table = LabelledDataset.Read(_folder["out/labels.csv"]);
        double Share(Func<int, bool> where) =>
            Enumerable.Range(0, 200).Where(where).Average(r => table.Table["label_dx"][r] == label.GetProperty("value").GetString() ? 1.0 : 0);
        Assert.Equal(Share(_ => true), label.GetProperty("share_of_all").GetDouble(), 1e-4);
        Assert.Equal(Share(r => table.Splits![r].Text() == label.GetProperty("side").GetString()), label.GetProperty("share").GetDouble(), 1e-4);
        Assert.InRange(label.GetProperty("points").GetDouble(), 0, 3);

        Assert.DoesNotContain("SHIFT", CommandLine.Run("data", "audit", _folder["out/labels.csv"]).Out, StringComparison.Ordinal);
        table.Table.With(
            "split", [.. Enumerable.Range(0, 200).Select(i => i % 4 == 0 && i < 192 ? "train" : i % 4 == 0 ? "test" : i < 100 ? "train" : "test")])
            .With("group_id", table.Ids).Write(_folder["shifted.csv"]);
        var audit = CommandLine.Run("data", "audit", _folder["shifted.csv"], "--out", _folder["page"]);
        Assert.Equal(0, audit.ExitCode);
        Assert.Contains("SHIFT label_dx: ", audit.Out, StringComparison.Ordinal);
        Assert.Contains("Sides that differ", File.ReadAllText(_folder["page/index.html"]), StringComparison.Ordinal);
        Assert.Equal(
            "shift",
            JsonDocument.Parse(File.ReadAllText(_folder["page/audit.json"])).RootElement.GetProperty("shifts")[0].GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("--by", "row")]
    [InlineData("--folds", "3")]
    public void Two_spellings_of_one_class_are_an_error(string option, string value)
    {
        File.WriteAllLines(
            _folder["spelt.csv"],
            Enumerable.Range(0, 40).Select(i => $"i{i},{(i == 7 ? "01" : $"{i % 2}")},g{i}").Prepend("image_id,label_x,group_id"));
        var outcome = CommandLine.Run("data", "split", _folder["spelt.csv"], option, value, "--out", _folder["x"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("'01'", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_test_every_row_once_a_repetition()
    {
        Run("--folds", "5", "--repeats", "2", "--out", _folder["out"]);
        var folds = TextTable.Read(_folder["out/folds.csv"]);
        Assert.Equal(400, folds.RowCount);
        Assert.Equal(["0", "1", "2", "3", "4"], folds["fold"].Distinct().Order());
        Assert.Equal(200, folds["image_id"].Zip(folds["repeat"]).Where(r => r.Second == "1").Select(r => r.First).Distinct().Count());
    }

    [Fact]
    public void Time_and_row_are_other_ways_and_a_wrong_column_names_the_nearest()
    {
        Run("--by", "time", "--time", "date", "--out", _folder["time"]);
        var table = TextTable.Read(_folder["time/labels.csv"]);
        Assert.Equal("2016-09-01", table["date"].Zip(table["split"]).Where(r => r.Second == "test").Min(r => r.First));
        Run("--by", "row", "--val", "0", "--test", "0.25", "--out", _folder["row"]);
        Assert.InRange(TextTable.Read(_folder["row/split.csv"])["split"].Count(s => s == "test"), 49, 51);

        var wrong = CommandLine.Run("data", "split", _folder["labels.csv"], "--group", "groupid", "--out", _folder["x"]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("no column 'groupid'; did you mean group_id", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Look_alikes_are_refused_where_they_would_be_ignored() =>
        Assert.Equal(
            2,
            CommandLine.Run(
                "data", "split", _folder["labels.csv"], "--by", "published", "--near-duplicates", _folder["near.csv"], "--out",
                _folder["x"]).ExitCode);

    public void Dispose() => _folder.Dispose();

    private CommandLine.Outcome Run(params string[] arguments)
    {
        var outcome = CommandLine.Run(["data", "split", _folder["labels.csv"], .. arguments]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome;
    }
}
