using EmbedKit.Data;
using EmbedKit.Datasets;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Datasets;

/// <summary>Tables and folders as they come back from spreadsheets, other systems and careful typing.</summary>
public class BadInputTests
{
    [Theory]
    [InlineData("ISIC_0024000.jpg")]
    [InlineData("isic_0024000")]
    [InlineData("ISIC_0024000.PNG")]
    public void Ids_find_their_image_whatever_their_ending_and_case(string id)
    {
        using var mini = Miniature.Ham10000();
        var table = TextTable.Read(mini["HAM10000_metadata.csv"]);
        mini.Write("HAM10000_metadata.csv", table.With("image_id", [id, .. table["image_id"][1..]]));
        Assert.Equal("HAM10000_images_part_1/ISIC_0024000.jpg", mini.Prepare("ham10000").Table["image_path"][0]);
    }

    [Fact]
    public void Leading_zeros_that_a_spreadsheet_dropped_are_found_again()
    {
        using var mini = new Miniature();
        mini.Images(["images/0007.jpg", "images/0010.jpg", "images/0000.jpg"]);
        var index = new ImageIndex(mini.Source, ["images"]);
        Assert.Equal(["images/0007.jpg", "images/0010.jpg", "images/0000.jpg"], new[] { "7", "10", "0" }.Select(id => index.Find(id, "")));
        Assert.Equal(3, index.LooseMatches);
        Assert.Null(index.Find("70", ""));
    }

    [Fact]
    public void A_name_that_could_mean_two_images_is_an_error()
    {
        using var mini = new Miniature();
        mini.Images(["images/007.jpg", "images/07.jpg"]);
        var index = new ImageIndex(mini.Source, ["images"]);
        Assert.Equal("images/07.jpg", index.Find("07", ""));
        Assert.Contains(
            "could be images/007.jpg or images/07.jpg", Assert.Throws<InputException>(() => index.Find("7", "t row 2")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_image_and_images_without_row_are_counted_and_listed()
    {
        using var mini = Miniature.Ham10000();
        File.Delete(mini["HAM10000_images_part_1/ISIC_0024003.jpg"]);
        mini.Images(["HAM10000_images_part_2/=stray.jpg"]);
        var result = mini.Prepare("ham10000");
        var unmatched = TextTable.Read(Path.Combine(mini.Out, "unmatched.csv"));

        Assert.Equal((1, 1), (result.RowsWithoutImage, result.ImagesWithoutRow));
        Assert.Equal(["row without image", "image without row"], unmatched["kind"]);
        Assert.Equal(["ISIC_0024003", "HAM10000_images_part_2/=stray.jpg"], unmatched["name"]);
        Assert.Equal(["5", ""], unmatched["source_row"]);
        Assert.Contains("rows without image: 1; images without row: 1", mini.Card, StringComparison.Ordinal);
        Assert.Equal(300, result.Table.RowCount);
    }

    [Theory]
    [InlineData(';', true)]
    [InlineData('\t', false)]
    [InlineData(',', true)]
    public void Separators_and_a_byte_order_mark_do_not_matter(char separator, bool mark)
    {
        using var mini = Miniature.Ham10000();
        var expected = mini.Prepare("ham10000").Table;
        var text = File.ReadAllText(mini["HAM10000_metadata.csv"]).Replace(',', separator).Replace("\n", "\r\n", StringComparison.Ordinal);
        File.WriteAllText(mini["HAM10000_metadata.csv"], text, new System.Text.UTF8Encoding(mark));
        var table = mini.Prepare("ham10000").Table;
        Assert.Equal(expected.ColumnNames, table.ColumnNames);
        Assert.Equal(expected["text_published"], table["text_published"]);
    }

    [Fact]
    public void A_renamed_column_is_named_with_its_nearest()
    {
        using var mini = Miniature.Ham10000();
        File.WriteAllText(
            mini["HAM10000_metadata.csv"],
            File.ReadAllText(mini["HAM10000_metadata.csv"]).Replace("lesion_id", "lesionid", StringComparison.Ordinal));
        Assert.Equal(
            "HAM10000_metadata.csv: no column 'lesion_id'; did you mean lesionid?",
            Assert.Throws<InputException>(() => mini.Prepare("ham10000")).Message);
    }

    [Fact]
    public void Repeated_rows_are_dropped_and_counted_and_contradictory_ones_refused()
    {
        using var mini = Miniature.Ham10000();
        var table = TextTable.Read(mini["HAM10000_metadata.csv"]);
        mini.Write("HAM10000_metadata.csv", table.Select([.. Enumerable.Range(0, 300), 0, 5]));
        var result = mini.Prepare("ham10000");
        Assert.Equal(300, result.Table.RowCount);
        Assert.Equal([(2, "repeats an id, with the same labels")], result.Exclusions);

        var contrary = table.Select([.. Enumerable.Range(0, 300), 0]);
        mini.Write("HAM10000_metadata.csv", contrary.With("dx", [.. contrary["dx"][..300], "mel"]));
        Assert.StartsWith(
            "HAM10000_metadata.csv row 302: image 'ISIC_0024000' has label_dx 'mel' but 'nv' in row 2",
            Assert.Throws<InputException>(() => mini.Prepare("ham10000")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_one_image_that_disagree_on_whom_they_belong_to_are_refused_but_not_on_blanks()
    {
        using var mini = Miniature.Ham10000();
        var table = TextTable.Read(mini["HAM10000_metadata.csv"]);
        var twice = table.Select([.. Enumerable.Range(0, 300), 0]);
        mini.Write("HAM10000_metadata.csv", twice.With("dx", [.. twice["dx"][..300], "nv "]));
        Assert.Equal(300, mini.Prepare("ham10000").Table.RowCount);
        mini.Write("HAM10000_metadata.csv", twice.With("lesion_id", [.. twice["lesion_id"][..300], "another"]));
        Assert.Contains(
            "image 'ISIC_0024000' has group_id 'another' but", Assert.Throws<InputException>(() => mini.Prepare("ham10000")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_prepare_writes_the_other_verbs_read()
    {
        using var mini = new Miniature();
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        void Write(params string[] more) => File.WriteAllText(
            mini["t.csv"],
            "id,t,y,g\n"
                + string.Concat(
                    Enumerable.Range(0, 30).Select(i => $"i{i},x,{(i == 7 ? "" : i % 2)},{(i == 4 ? "P1" : i == 5 ? "p1" : $"g{i}")}\n")
                        .Concat(more)));
        File.WriteAllText(mini["mapping.json"], """{"table":"t.csv","id":"id","text":["t"],"labels":["y"],"group":"g"}""");
        Write(" i3\u200B ,x,1,g3\n");
        Assert.Equal(30, mini.Prepare("csv").Table.RowCount);
        Assert.Equal(30, LabelledDataset.Read(Path.Combine(mini.Out, "labels.csv")).Count);
        Assert.Contains(notes, n => n.StartsWith("t.csv: the label is missing in 1 row, shared out like a class", StringComparison.Ordinal));
        Assert.Contains(notes, n => n.Contains("group_id holds 'P1' (row 6) and 'p1' (row 7), which count as two groups", StringComparison.Ordinal));
        Write(",,,\n");
        Assert.Contains(
            "t.csv row 32: an empty row; expected an id", Assert.Throws<InputException>(() => mini.Prepare("csv")).Message, StringComparison.Ordinal);
        Write(" ,x,1,g3\n");
        Assert.Contains(
            "t.csv row 32: the image's id is empty", Assert.Throws<InputException>(() => mini.Prepare("csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_spellings_of_one_class_are_refused_before_anything_is_written()
    {
        using var mini = new Miniature();
        File.WriteAllText(mini["t.csv"], "id,t,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"i{i},x,{(i == 7 ? "01" : i % 2)}\n")));
        File.WriteAllText(mini["mapping.json"], """{"table":"t.csv","id":"id","text":["t"],"labels":["y"]}""");
        Assert.Contains(
            "label_y holds '1' (row 3) and '01' (row 9), one number in two spellings",
            Assert.Throws<InputException>(() => mini.Prepare("csv")).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(mini.Out, "labels.csv")));
    }

    [Fact]
    public void A_label_of_one_value_is_refused()
    {
        using var mini = Miniature.Ham10000();
        var table = TextTable.Read(mini["HAM10000_metadata.csv"]);
        mini.Write("HAM10000_metadata.csv", table.With("dx", [.. table["dx"].Select(_ => "nv")]));
        Assert.Contains(
            "label_dx is 'nv' in every row", Assert.Throws<InputException>(() => mini.Prepare("ham10000")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused_and_not_mangled()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["latin.csv"], System.Text.Encoding.Latin1.GetBytes("a,b\nNão,1\n"));
        Assert.StartsWith(
            "latin.csv row 2, column 1: bytes that are not UTF-8", Assert.Throws<InputException>(() => TextTable.Read(folder["latin.csv"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_source_folder_is_never_written_to()
    {
        using var mini = Miniature.Ham10000();
        Assert.Contains(
            "--out is the source folder",
            Assert.Throws<InputException>(() => mini.Prepare("ham10000", o => o with { Out = mini.Source + "/" })).Message, StringComparison.Ordinal);
    }
}
