using System.Text;
using CsCheck;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data;

public sealed class TextTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\uFEFFimage_id,text\na,b\n")]
    [InlineData("image_id,text\r\na,b\r\n")]
    [InlineData("image_id;text\na;b\n")]
    [InlineData("image_id\ttext\na\tb")]
    [InlineData("\"image_id\",\"text\"\n\"a\",\"b\"\n\n\n")]
    [InlineData(" image_id , text \na,b\n")]
    public void The_same_table_reads_the_same_from_every_dialect(string csv)
    {
        var table = Read(csv);
        Assert.Equal(["image_id", "text"], table.ColumnNames);
        Assert.Equal(["a"], table["image_id"]);
        Assert.Equal(["b"], table["text"]);
    }

    [Fact]
    public void Quoted_cells_keep_separators_quotes_and_newlines()
    {
        var table = Read("image_id,text\nx,\"one, \"\"two\"\"\r\nthree\"\ny,5\" wide\n");
        Assert.Equal(["one, \"two\"\r\nthree", "5\" wide"], table["text"]);
    }

    [Fact]
    public void A_comma_inside_the_header_quotes_does_not_decide_the_separator()
    {
        var table = Read("image_id;\"a, b, c, d\"\nx;y\n");
        Assert.Equal(["image_id", "a, b, c, d"], table.ColumnNames);
    }

    [Theory]
    [InlineData("image_id,text\na,b\nc\n", "row 3: 1 field; expected 2")]
    [InlineData("image_id,text\na,b,c\n", "row 2: 3 fields; expected 2")]
    [InlineData("image_id,text\na,\"b\n", "row 2, column 2: a quoted field is never closed")]
    [InlineData("image_id,text\n", "no rows below the header")]
    [InlineData("\n", "empty file")]
    [InlineData("image_id,text,text\na,b,c\n", "column 'text' appears twice")]
    public void A_broken_file_is_refused_with_its_place(string csv, string expected)
    {
        var error = Assert.Throws<InputException>(() => Read(csv));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("labels.csv", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
    Assert.Contains("no such file", Assert.Throws<InputException>(() => TextTable.Read(Path.Combine(_folder, "none.csv"))).Message);

    [Fact]
    public void A_missing_column_suggests_the_nearest_one()
    {
        var table = Read("image_id,text,label_dx\na,b,c\n");
        var error = Assert.Throws<InputException>(() => table["lable_dx"]);
        Assert.Contains("no column 'lable_dx'; did you mean label_dx?", error.Message);
    }

    [Theory]
    [InlineData("image_id,text\na,x\nb,x\na,x\n", "row 4: image_id 'a' stands in row 2 already")]
    [InlineData("image_id,text\na,x\n,x\n", "row 3: image_id is empty")]
    [InlineData("image_id,text\na,x\n,\n", "row 3: an empty row; expected an id")]
    [InlineData("image_id,text\na,x\n \t,\u200B\n", "row 3: an empty row; expected an id")]
    [InlineData("image_id,text\na,x\nb,x\na ,x\n", "row 4: image_id 'a ' stands in row 2 already")]
    [InlineData("image,text\na,x\n", "no column 'image_id'; did you mean image?")]
    [InlineData("image_id,caption\na,x\n", "no column 'text'")]
    [InlineData("image_id,text,split\na,x,training\n", "row 2: split is 'training'; expected train, val or test")]
    public void A_labels_file_with_bad_ids_columns_or_splits_is_refused(string csv, string expected)
    {
        var path = Write(csv);
        Assert.Contains(expected, Assert.Throws<InputException>(() => LabelledDataset.Read(path)).Message);
    }

    [Fact]
    public void Every_table_survives_writing_and_reading()
    {
        var cell = Gen.Char["ab,;\t\"\n\r é='-+@1"].Array[0, 6].Select(c => new string(c));
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 6]).SelectMany((columns, rows) => cell.Array[rows].Array[columns]).Sample(columns =>
        {
            var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.csv");
            new TextTable([.. columns.Select((_, i) => $"c{i}")], columns).Write(path);
            var back = TextTable.Read(path);
            return columns.Zip(back.Columns).All(pair => pair.First.SequenceEqual(pair.Second));
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void Rows_keep_their_number_in_the_file_through_selections()
    {
        var table = Read("image_id,text\na,0\nb,1\nc,2\nd,3\n").Select([3, 1]).With("more", ["x", "y"]).Select([1]);
        Assert.Equal("b", table["image_id"][0]);
        Assert.Equal(3, table.FileRow(0));
    }

    private TextTable Read(string csv) => TextTable.Read(Write(csv));

    private string Write(string csv)
    {
        var path = Path.Combine(_folder, "labels.csv");
        File.WriteAllText(path, csv, new UTF8Encoding(false));
        return path;
    }
}
