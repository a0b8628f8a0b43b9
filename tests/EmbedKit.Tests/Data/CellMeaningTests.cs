using EmbedKit.Data;
using EmbedKit.Demo;
using EmbedKit.Evaluation;
using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data;

public sealed class CellMeaningTests
{
    [Theory]
    [InlineData("a ", "a")]
    [InlineData("\ta\u00A0", "a")]
    [InlineData("0.0", "0")]
    [InlineData("1.00", "1")]
    [InlineData("-1.0", "-1")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("\u200Bcafe\u0301\uFEFF", "café")]
    [InlineData("\uFEFF", "")]
    [InlineData("v1.0", "v1.0")]
    [InlineData("007", "007")]
    [InlineData(".0", ".0")]
    [InlineData("none", "none")]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData("NA", "")]
    [InlineData(" nan ", "")]
    [InlineData("N/A", "")]
    [InlineData("null", "")]
    [InlineData("None", "")]
    [InlineData("<NA>", "")]
    public void A_cell_means_one_value_or_none(string cell, string value)
    {
        Assert.Equal(value, CellMeaning.Value(cell));
        Assert.Equal(value.Length == 0, CellMeaning.IsMissing(cell));
    }

    [Fact]
    public void Rows_without_a_group_are_alone_everywhere()
    {
        TextTable table = new(["image_id", "text", "group_id"], [["a", "b", "c", "d", "e"], ["", "", "", "", ""], ["g", "", "NA", "g ", "nan"]]);
        var groups = CellMeaning.Groups(table);
        Assert.Equal(4, groups.Distinct().Count());
        Assert.Equal(groups[0], groups[3]);
        Assert.Equal(groups, new LabelledDataset("d", table).Groups);
        Assert.Equal(groups, new EmbedKit.Storage.EmbeddingSet(table, new(5, 1, new float[5]), null, new Dictionary<string, string>()).Groups);
        Assert.Equal(4, GroupedFolds.Assign(groups, groups, 4, new RandomStreams(0).Create("x")).Distinct().Count());
    }

    [Fact]
    public void Two_spellings_are_one_class_or_an_error_with_both()
    {
        Assert.Equal(["0", "1"], Fit("0", "0.0", "1", "1.0").Classes);
        Assert.Equal(["a", "b"], Fit("a", "a ", "b", "b").Classes);
        Assert.Equal([0, 0, 1, 1], Fit("a", "b").Encode(Table("a", "a ", " b", "b")));
        Assert.Contains(
            "'1.5' (row 2) and '1.50' (row 3), one number in two spellings", Assert.Throws<InputException>(() => Fit("1.5", "1.50", "2")).Message,
            StringComparison.Ordinal);
        Assert.Contains("'1' (row 2) and '01' (row 4)", Assert.Throws<InputException>(() => Fit("1", "2", "01")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "row 3: label_x is missing ('NaN'); expected a class", Assert.Throws<InputException>(() => Fit("a", "NaN", "b")).Message,
            StringComparison.Ordinal);
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        Assert.Equal(3, Fit("Nevus", "nevus", "mel").Classes.Count);
        Assert.Contains("'Nevus' (row 2) and 'nevus' (row 3), which count as two classes", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b", "a\u00A0b", "'a b' (row 2) and 'a\\u00A0b' (row 3), which count as two classes")]
    [InlineData("1,5", "1.5", "'1,5' (row 2) and '1.5' (row 3), which count as two classes")]
    [InlineData("1", "\u0661", "'1' (row 2) and '\u0661' (row 3), which count as two classes")]
    [InlineData("1", "\"1\"", "'1' (row 2) and '\"1\"' (row 3), which count as two classes")]
    [InlineData("1", "\uFF11", "'1' (row 2) and '\uFF11' (row 3), which count as two classes")]
    public void Classes_that_read_alike_are_said(string one, string other, string said)
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        Assert.Equal(3, Fit(one, other, "x").Classes.Count);
        Assert.Contains(said, Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Accents_typed_in_two_ways_and_numbers_longer_than_a_double_are_what_they_are()
    {
        Assert.Equal(["café", "x"], Fit("cafe\u0301", "café", "x").Classes);
        Assert.Equal(3, Fit("12345678901234567890", "12345678901234567891", "1").Classes.Count);
        TextTable table = new(["image_id", "group_id"], [["a", "b"], ["jose\u0301", "josé"]]);
        Assert.Single(CellMeaning.Groups(table).Distinct());
    }

    [Fact]
    public void Groups_that_read_alike_are_said_where_rows_are_shared_out()
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        _ = CellMeaning.Groups(
            new TextTable(["image_id", "group_id"], [["a", "b", "c", "d", "e"], ["007", "7", "P1", "1e3", "1000"]], "t.csv"), say: true);
        Assert.Equal(
            "t.csv: group_id holds '007' (row 2) and '7' (row 3), which count as two groups; spell them alike if they are one.",
            Assert.Single(notes));
    }

    [Fact]
    public void Up_to_five_pairs_that_read_alike_are_named_and_the_rest_counted()
    {
        string[] Names(int pairs) => [.. Enumerable.Range(0, pairs).SelectMany(i => new[] { $"n{(char)('a' + i)}", $"N{(char)('a' + i)}" })];
        string Said(string[] groups)
        {
            List<string> notes = [];
            InputNotes.Listen(notes.Add);
            _ = CellMeaning.Groups(new TextTable(["group_id"], [groups], "t.csv"), say: true);
            return Assert.Single(notes);
        }

        Assert.Equal(
            "t.csv: group_id holds '1' (row 2) and '01' (row 3); '1' (row 2) and '001' (row 4); 'A' (row 5) and 'a' (row 6), each of which counts as "
                + "two groups; spell them alike if they are one.",
            Said(["1", "01", "001", "A", "a", "1.0"]));
        Assert.Contains("; 'ne' (row 10) and 'Ne' (row 11), each", Said(Names(5)), StringComparison.Ordinal);
        Assert.Contains("; 'ne' (row 10) and 'Ne' (row 11); and 1 other pair like them, each", Said(Names(6)), StringComparison.Ordinal);
        Assert.Contains("; and 2 other pairs like them, each", Said(Names(7)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "row, which is a group of its own.")]
    [InlineData(" ", "rows, each of which is a group of its own.")]
    public void Rows_without_a_group_are_counted_as_one_says_it(string second, string expected)
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        _ = CellMeaning.Groups(
            new TextTable(["image_id", "group_id"], [["a", "b", "c"], ["", second == "" ? "g" : second, "h"]], "t.csv"), say: true);
        Assert.EndsWith(expected, Assert.Single(notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "t.csv: the text is missing in 1 row; embed will ask")]
    [InlineData("NA", "t.csv: the text is missing in 2 rows; embed will ask")]
    public void Rows_without_a_text_are_counted(string second, string expected)
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        CellMeaning.SayTextless("t.csv", [" ", second.Length > 0 ? second : "a text", "none"]);
        CellMeaning.SayTextless("t.csv", ["none"]);
        Assert.StartsWith(expected, Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_is_one_line_whatever_the_data_hold()
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        InputNotes.Say("a\r\nb\u2028c");
        Assert.Equal("a b c", Assert.Single(notes));
        GroupedSplit.SayUnlearned("t.csv: label_x", ["x\ny", "z"], [Split.Test, Split.Train]);
        Assert.Contains("(x\\u000Ay)", notes[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_verb_refuses_two_spellings_of_one_class()
    {
        using var folder = new TemporaryFolder();
        const string both = "'1' (row 2) and '01' (row 4), one number in two spellings";
        File.WriteAllText(folder["labels.csv"], "image_id,text,label_x\na,x,1\nb,y,2\nc,z,01\n");
        Assert.Contains(
            both, Assert.Throws<InputException>(() => OwnLabels.Prepare(folder["labels.csv"], new RandomStreams(0))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            both, Assert.Throws<InputException>(() => LabelEncoding.Fit(["label_x"], TextTable.Read(folder["labels.csv"]))).Message,
            StringComparison.Ordinal);
        File.WriteAllText(folder["p.csv"], "image_id,y_true,y_pred\na,1,2\nb,2,2\nc,1,01\n");
        const string other = "t row 4: label_x is '01', the class '1' in another spelling";
        var known = LabelEncoding.Restore(TaskKind.Binary, ["label_x"], ["1", "2"]);
        Assert.Contains(
            other, Assert.Throws<InputException>(() => known.EncodeKnown(new(["label_x"], [["1", "3", "01"]], "t"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "y_true and y_pred hold " + both, Assert.Throws<InputException>(() => PredictionFile.Read(folder["p.csv"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Truth_that_is_missing_or_unknown_is_left_out_of_measures_alone()
    {
        var encoding = Fit("0", "1");
        Assert.Equal([0, 1, -1, -1, 0], encoding.EncodeKnown(Table("0.0", "1", "", "2", " 0 ")));
        using var folder = new TemporaryFolder();
        Predictions all = new(TaskKind.Binary, ["0", "1"], ["a", "b", "c"], [0, -1, 1], [0, 1, 1], [0.9, 0.1, 0.2, 0.8, 0.4, 0.6])
        {
            Groups = ["g", "no group: b", "g"],
        };
        PredictionFile.Write(folder["p.csv"], all);
        Assert.Equal("b,,1,0.2,0.8,", File.ReadAllLines(folder["p.csv"])[2]);
        var back = PredictionFile.Read(folder["p.csv"]);
        Assert.Equal([0, -1, 1], back.True!);
        Assert.Equal(["b"], back.UnknownIds);
        Assert.Equal(all.Groups, back.Groups);
        Assert.Contains("y_true of b is unknown", Assert.Throws<InputException>(() => Metrics.Compute(back)).Message, StringComparison.Ordinal);
        var report = Metrics.Compute(back.Without(back.UnknownIds.ToHashSet()));
        Assert.Equal((2, 1.0, "1"), (report.Count, report.Accuracy, report.PositiveClass!));
    }

    [Fact]
    public void Equal_predictions_give_equal_numbers_whatever_the_order_of_columns()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["a.csv"],
            "image_id,y_true,y_pred,score_no,score_yes\na,no,no,0.9,0.1\nb,yes,no,0.6,0.4\nc,yes,yes,0.2,0.8\nd,no,yes,0.3,0.7\ne,no,no,0.8,0.2\n");
        File.WriteAllText(
            folder["b.csv"],
            "score_yes,y_pred,score_no,image_id,y_true\n0.1,no,0.9,a,no\n0.4,no,0.6,b,yes\n0.8,yes,0.2,c,yes\n0.7,yes,0.3,d,no\n0.2,no,0.8,e,no\n");
        var (one, other) = (Metrics.Compute(PredictionFile.Read(folder["a.csv"])), Metrics.Compute(PredictionFile.Read(folder["b.csv"])));
        Assert.Equal("yes", one.PositiveClass);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(one.ToNamed()), System.Text.Json.JsonSerializer.Serialize(other.ToNamed()));
        Assert.Equal("yes", one.ToNamed()["positive_class"]);

        File.WriteAllText(
            folder["m.csv"], "image_id,true_b,true_a,pred_a,pred_b,score_b,score_a\nx,1,0,0,1,0.9,0.2\ny,0,1,1,1,0.6,0.7\nz,,1,1,0,0.1,0.8\n");
        var multilabel = PredictionFile.Read(folder["m.csv"]);
        Assert.Equal(["a", "b"], multilabel.Classes);
        Assert.Equal([0, 1, 1, 0, -1, -1], multilabel.True!);
    }

    [Fact]
    public void A_plan_takes_any_names_before_the_work_starts()
    {
        using var folder = new TemporaryFolder();
        var own = Path.Combine(folder.Path, "My Data (v2) <b>");
        Directory.CreateDirectory(Path.Combine(own, "images"));
        File.WriteAllText(Path.Combine(own, "labels.csv"), "image_id,text,label_is it / bad?,label_is it - bad?\na,x,1,p\nb,y,0,q\n");
        var plan = DemoPlan.Quick.On(own);
        Assert.All(plan.Tasks, t => Assert.Matches("^[A-Za-z0-9._-]+$", t.Name));
        Assert.Equal(2, plan.Tasks.Select(t => t.Name).Distinct().Count());
        Assert.Equal("My Data (v2) <b>, label_is it / bad?", plan.Tasks[0].Title);
        File.WriteAllText(Path.Combine(own, "labels.csv"), "image_id,text,label_x\na,x,1\nb,y,\nc,y,0\n");
        Assert.Contains("row 3: label_x is empty", Assert.Throws<InputException>(() => DemoPlan.Quick.On(own)).Message, StringComparison.Ordinal);
    }

    private static LabelEncoding Fit(params string[] cells) => LabelEncoding.Fit(["label_x"], Table(cells));

    private static TextTable Table(params string[] cells) => new(["label_x"], [cells], "t.csv");
}
