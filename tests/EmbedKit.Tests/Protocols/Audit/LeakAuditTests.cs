using EmbedKit.Data;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Protocols.Audit;

public sealed class LeakAuditTests
{
    [Fact]
    public void Two_spellings_of_one_class_are_an_error_here_too()
    {
        var table = new TextTable(
            ["image_id", "label_x"],
            [[.. Enumerable.Range(0, 40).Select(r => $"i{r}")], [.. Enumerable.Range(0, 40).Select(r => r == 7 ? "01" : $"{r % 2}")]]);
        var error =
            Assert.Throws<InputException>(() => LeakAudit.Run(table, new(), new RandomStreams(0), null, TestContext.Current.CancellationToken));
        Assert.Contains("'01'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_with_one_value_is_bad_input_and_so_is_a_column_that_is_not_there()
    {
        var table = Table(("image_id", ["a", "b"]), ("text", ["x", "y"]), ("label_dx", ["nv", "nv"]));
        Assert.Contains("holds only 'nv'", Assert.Throws<InputException>(() => Run(table)).Message);
        Assert.Contains("did you mean label_dx", Assert.Throws<InputException>(() => Run(table, new() { Labels = ["label_dy"] })).Message);
        var two = table.With("label_b", ["0", "1"]);
        Assert.Contains("choose by --label", Assert.Throws<InputException>(() => Run(two)).Message);
    }

    [Fact]
    public void Without_a_split_it_says_what_cannot_be_checked()
    {
        var report = Run(Table(("id", ["a", "b", "c", "d"]), ("dx", ["x", "y", "x", "y"]), ("age", ["1", "2", "3", "4"])));
        Assert.Null(report.TestRowsSharingGroupWithTrain);
        Assert.Contains(report.Notes, n => n.StartsWith("There is no split column", StringComparison.Ordinal));
        Assert.Contains(report.Notes, n => n.StartsWith("There is no group column", StringComparison.Ordinal));
        Assert.Contains(report.Notes, n => n.Contains("'dx' is taken as the label column", StringComparison.Ordinal));
        Assert.Empty(report.Leaks);
    }

    [Fact]
    public void Validation_rows_count_as_a_leak_too_and_the_same_seed_gives_the_same_report()
    {
        var rows = Enumerable.Range(0, 60).ToArray();
        var table = Table(
            ("image_id", [.. rows.Select(r => $"i{r}")]), ("text", [.. rows.Select(r => r % 3 == 0 ? "left" : "right")]),
            ("label_dx", [.. rows.Select(r => r % 2 == 0 ? "a" : "b")]),
            ("group_id", [.. rows.Select(r => $"g{r / 2}")]), ("split", [.. rows.Select(r => r == 1 ? "val" : r >= 50 ? "test" : "train")]));
        var report = Run(table);
        var leak = Assert.Single(report.Leaks);
        Assert.Equal((LeakKind.Group, 1, 0), (leak.Kind, leak.Rows, report.TestRowsSharingGroupWithTrain));
        Assert.StartsWith(
            "A group_id of training rows is also that of 1 of 1 validation row. A model can", leak.Explanation, StringComparison.Ordinal);
        Assert.Equal(report.Text, Run(table).Text);
    }

    [Fact]
    public void A_word_pair_that_decides_is_found_in_a_large_table_and_an_odd_name_hides_nothing()
    {
        var random = new SeededRandom(8);
        var rows = Enumerable.Range(0, 4000).ToArray();
        bool[] ill = [.. rows.Select(_ => random.NextDouble() < 0.3)];
        string[] text =
            [.. rows.Select(r =>
                $"Seen in room {random.Next(9)}. Way {(!ill[r] && random.NextDouble() < 0.5 ? "blue" : "red")}. "
                    + $"{(random.NextDouble() < (ill[r] ? 0.8 : 0.2) ? "Feverish" : "Well")}.")];
        var report = Run(Table(("image_id", [.. rows.Select(r => $"i{r}")]), ("text", text), ("label_ill", [.. ill.Select(i => i ? "1" : "0")])));
        var leak = Assert.Single(report.Leaks);
        Assert.Equal(LeakKind.Text, leak.Kind);
        Assert.Contains("blue", leak.Field);
        Assert.Contains(report.Words, w => w.Words == "feverish");
    }

    private static TextTable Table(params (string Name, string[] Cells)[] columns) =>
        new([.. columns.Select(c => c.Name)], [.. columns.Select(c => c.Cells)]);

    private static AuditReport Run(TextTable table, AuditOptions? options = null) => LeakAudit.Run(table, options, new RandomStreams(0));
}
