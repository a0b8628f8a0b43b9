using System.IO.Compression;
using System.Text;
using EmbedKit.Data;
using EmbedKit.Data.Csv;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Data.Csv;

/// <summary>The one way in for text tables, through both of its readers: tables of text and embeddings.</summary>
public sealed class CsvFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("image_id,image_embedding_0,label_x\na,1,p\nb,2,\"q,;\"\n")]
    [InlineData("image_id;image_embedding_0;label_x\na;1;p\nb;2;\"q,;\"\n")]
    [InlineData("image_id;image_embedding_0;label_x\r\na;1;p\r\nb;2;\"q,;\"\r\n")]
    [InlineData("image_id\timage_embedding_0\tlabel_x\na\t1\tp\nb\t2\tq,;")]
    [InlineData("image_id|image_embedding_0|label_x\na|1|p\nb|2|q,;\n")]
    [InlineData("sep=;\nimage_id;image_embedding_0;label_x\na;1;p\nb;2;\"q,;\"\n")]
    [InlineData("\"sep=;\"\r\nimage_id;image_embedding_0;label_x\r\na;1;p\r\nb;2;\"q,;\"\r\n")]
    [InlineData("SEP=~\nimage_id~image_embedding_0~label_x\na~1~p\nb~2~q,;\n")]
    [InlineData("SEP= ;\nimage_id;image_embedding_0;label_x\na;1;p\nb;2;\"q,;\"\n")]
    [InlineData(" sep =;\nimage_id;image_embedding_0;label_x\na;1;p\nb;2;\"q,;\"\n")]
    [InlineData("Sep=\t\nimage_id\timage_embedding_0\tlabel_x\na\t1\tp\nb\t2\tq,;\n")]
    [InlineData("\uFEFFimage_id\u200B,image_embedding_0,label_x\na,1,p\nb,2,\"q,;\"\n")]
    [InlineData("image_id,image_embedding_0,label_x\ra,1,p\rb,2,\"q,;\"\r")]
    [InlineData("\n \n,,\nimage_id,image_embedding_0,label_x\n\na,1,p\n\n\nb,2,\"q,;\"\n\n")]
    [InlineData("image_id,image_embedding_0,label_x,,\na,1,p,,\nb,2,\"q,;\",,\n")]
    [InlineData("image_id,image_embedding_0,label_x\na,1,p,\nb,2,\"q,;\",,\n")]
    [InlineData("image_id, image_embedding_0 ,label_x \na,\" 1 \",p\nb,2,\"q,;\"\n")]
    public void Every_dialect_reads_the_same_by_both_readers(string csv)
    {
        foreach (var (name, encoding) in ((string, Encoding)[])[("utf8.csv", new UTF8Encoding(false)), ("bom.csv", new UTF8Encoding(true)),
            ("utf16.csv", new UnicodeEncoding(false, true)), ("utf16be.csv", new UnicodeEncoding(true, true))])
        {
            File.WriteAllText(_folder[name], csv, encoding);
            Check(_folder[name]);
        }

        using (var packed = new GZipStream(File.Create(_folder["t.csv.gz"]), CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes(csv));
        }

        Check(_folder["t.csv.gz"], embeddings: false);
        File.Move(_folder["t.csv.gz"], _folder["packed.csv"]);
        Check(_folder["packed.csv"]);
    }

    [Theory]
    [InlineData("image_id,image_embedding_0\n\na,1\n\nb,x\n", "row 5")]
    [InlineData("\n\nimage_id,image_embedding_0\na,1\nb,x\n", "row 5")]
    [InlineData("sep=,\nimage_id,image_embedding_0\na,1\n\nb,x\n", "row 4")]
    [InlineData("image_id,image_embedding_0\r\n\r\na,1\r\nb,x\r\n", "row 4")]
    public void Rows_are_numbered_as_a_spreadsheet_shows_them(string csv, string row)
    {
        Assert.Contains($"t.csv {row}, column image_embedding_0", Refused(() => EmbeddingFile.Read(Write(csv))), StringComparison.Ordinal);
        var table = TextTable.Read(Write(csv));
        Assert.Equal(row, $"row {table.Select([1]).FileRow(0)}");
    }

    [Theory]
    [InlineData("a,b\n1,2,x\n", "row 2: 3 fields; expected 2")]
    [InlineData("a,b\n1,2\n3,4,,,x\n", "row 3: 5 fields; expected 2")]
    [InlineData("a,b\n\n1\n", "row 3: 1 field; expected 2")]
    [InlineData("a,b\n1,\"2\n", "row 2, column 2: a quoted field is never closed")]
    [InlineData("a,b\n1,\"2\"3\n", "row 2, column 2: text after a closing quote")]
    [InlineData("a,b\n1,2\0\n", "NUL bytes")]
    [InlineData("a,a\n1,2\n", "column 'a' appears twice")]
    [InlineData("a,b\n\n\n", "no rows below the header")]
    [InlineData(",,\n\n", "empty file")]
    [InlineData("sep=\na,b\n1,2\n", "row 1: 'sep=' names no separator; expected one character")]
    [InlineData("sep=;;\na;;b\n1;;2\n", "row 1: 'sep=;;' names no separator")]
    [InlineData("sep=\"\na,b\n1,2\n", "names no separator")]
    [InlineData("sep=;\na,b\n1,2\n", "row 1: the line 'sep=;' names a separator that the header lacks")]
    [InlineData("PK\u0003\u0004rest", "a workbook or zip archive")]
    public void A_broken_table_is_refused_with_its_place_and_what_to_do(string csv, string expected)
    {
        var message = Refused(() => TextTable.Read(Write(csv)));
        Assert.StartsWith("t.csv", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void UTF16_without_its_mark_and_other_encodings_are_named()
    {
        File.WriteAllBytes(_folder["u.csv"], new UnicodeEncoding(false, false).GetBytes("a,b\n1,2\n"));
        Assert.Contains(
            "NUL bytes; expected text: save it as \"CSV UTF-8\"", Refused(() => TextTable.Read(_folder["u.csv"])), StringComparison.Ordinal);
        File.WriteAllBytes(_folder["l.csv"], Encoding.Latin1.GetBytes("image_id,image_embedding_0\na,1\nNão,1\n"));
        Assert.Contains(
            "l.csv row 3, column image_id: bytes that are not UTF-8", Refused(() => EmbeddingFile.Read(_folder["l.csv"])), StringComparison.Ordinal);
        Assert.Contains("l.csv row 3, column 1: bytes that are not UTF-8", Refused(() => TextTable.Read(_folder["l.csv"])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",image_id,text\n0,a,x\n1,b,y\n", "column_1 image_id text")]
    [InlineData(",,image_id,text\n0,0,a,x\n1,1,b,y\n", "column_1 column_2 image_id text")]
    [InlineData("image_id,text,,\na,x,,\nb,y,,\n", "image_id text")]
    [InlineData("image_id, ,text,\na,,x,7\nb, ,y,\n", "image_id text column_4")]
    [InlineData("column_2,,image_id\n1,2,a\n1,2,b\n", "column_2 column_2_ image_id")]
    public void Nameless_columns_are_named_by_place_or_left_out_when_empty_and_it_is_said(string csv, string names)
    {
        List<string> notes = [];
        InputNotes.Listen(notes.Add);
        Assert.Equal(names, string.Join(' ', TextTable.Read(Write(csv)).ColumnNames));
        Assert.Contains(" no name: ", Assert.Single(notes), StringComparison.Ordinal);

        // The embedding stands last, so that columns keep their places.
        var embeddings = string.Concat(csv.TrimEnd('\n').Split('\n').Select((line, i) => line + (i == 0 ? ",image_embedding_0\n" : ",1\n")));
        Assert.Equal(names, string.Join(' ', EmbeddingFile.Read(Write(embeddings)).Table.ColumnNames));
    }

    [Fact]
    public void A_row_without_end_is_refused_before_it_is_in_memory()
    {
        using (var file = File.Create(_folder["t.csv"]))
        {
            file.Write("a,b\n1,\""u8);
            var chunk = Enumerable.Repeat((byte)'x', 1 << 20).ToArray();
            for (var i = 0; i < 40; i++)
            {
                file.Write(chunk);
            }
        }

        Assert.Equal(
            "t.csv row 2: more than 16 MiB in one row; expected shorter rows: is a quote never closed?",
            Refused(() => TextTable.Read(_folder["t.csv"])));
    }

    /// <summary>A download that broke off must not pass for a shorter table.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1)]
    public void A_packed_table_cut_short_is_refused(double share)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(
                "image_id,text\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"i{i},text {i * 7919 % 1009}\n"))));
        }

        var bytes = packed.ToArray();
        File.WriteAllBytes(_folder["t.csv.gz"], bytes[..Math.Min(bytes.Length - 8, (int)(share * bytes.Length))]);
        var message = Refused(() => TextTable.Read(_folder["t.csv.gz"]));
        Assert.Contains("t.csv.gz", message, StringComparison.Ordinal);
        Assert.Contains("damaged, cut short or not gzip", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(5000)]
    public void Packed_files_joined_are_read_on_and_what_follows_them_is_zeros_or_refused(int rows)
    {
        static byte[] Pack(string text)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(Encoding.UTF8.GetBytes(text));
            }

            return packed.ToArray();
        }

        TextTable Read(params byte[] bytes)
        {
            File.WriteAllBytes(_folder["t.csv.gz"], bytes);
            return TextTable.Read(_folder["t.csv.gz"]);
        }

        var table = Pack("image_id,text\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"i{i},text {i * 7919 % 1009}\n")));
        byte[] joined = [.. table, .. Pack("last,member\n")];
        Assert.Equal(rows, Read(table).RowCount);
        Assert.Equal(("last", rows + 1), (Read(joined)["image_id"][^1], Read(joined).RowCount));
        foreach (var zeros in (int[])[1, 2, 511, 20_000])
        {
            Assert.Equal(rows + 1, Read([.. joined, .. new byte[zeros]]).RowCount);
        }

        foreach (var rest in (byte[][])[[1], [0, 1], [10], [.. new byte[5000], 7], [.. Enumerable.Repeat((byte)7, 20_000)], [.. "text,text\n"u8]])
        {
            Assert.Contains("t.csv.gz: bytes that are not gzip follow the packed table", Refused(() => Read([.. joined, .. rest])));
        }

        Assert.Contains(CsvSource.Damaged, Refused(() => Read([.. joined, 0x1F, 0x8B, 9])));
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0xD8 }, new byte[0])]
    [InlineData(new byte[0], new byte[] { 0x00, 0xD8 })]
    [InlineData(new byte[0], new byte[] { (byte)'x' })]
    public void UTF16_with_half_a_character_is_refused_by_name(byte[] first, byte[] last)
    {
        File.WriteAllBytes(_folder["u.csv"], [0xFF, 0xFE, .. first, .. Encoding.Unicode.GetBytes("a,b\n1,2\n"), .. last]);
        Assert.Contains("u.csv", Refused(() => TextTable.Read(_folder["u.csv"])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_unpacks_without_end_is_refused()
    {
        using (var file = new GZipStream(File.Create(_folder["t.csv.gz"]), CompressionLevel.SmallestSize))
        {
            file.Write("a,b\n"u8);
            var rows = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1,2\n", 1 << 18)));
            for (var i = 0; i < 80; i++)
            {
                file.Write(rows);
            }
        }

        Assert.Contains(
            "unpacks to more than 64 MiB and 100 times its packed size", Refused(() => TextTable.Read(_folder["t.csv.gz"])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_no_table_prompt_or_mapping()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "/dev is Unix's.");
        File.CreateSymbolicLink(_folder["zero.csv"], "/dev/zero");
        File.CreateSymbolicLink(_folder["zero.prompt"], "/dev/zero");
        File.CreateSymbolicLink(_folder["zero.json"], "/dev/zero");
        Assert.Contains(
            "no regular file", Refused(() => EmbedKit.Datasets.Prompts.PromptTemplate.Read(_folder["zero.prompt"])), StringComparison.Ordinal);
        Assert.Contains("no regular file", Refused(() => EmbedKit.Datasets.MappedCsv.Recipe(_folder["zero.json"])), StringComparison.Ordinal);
        Assert.Contains("no regular file", Refused(() => TextTable.Read(_folder["zero.csv"])), StringComparison.Ordinal);
        Assert.Contains("no regular file", Refused(() => EmbeddingFile.Read(_folder["zero.csv"])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quote_inside_a_field_opens_nothing_however_long_the_file()
    {
        // Some 9 MB: several blocks, cut between records although quotes do not pair up.
        var csv = "image_id,text\n"
            + string.Concat(Enumerable.Range(0, 300_000).Select(i => i % 7 == 0 ? $"{i},5\" wide {i}\n" : $"{i},\"on, \"\"one\"\"\nline {i}\"\n"));
        var table = TextTable.Read(Write(csv));
        Assert.Equal(300_000, table.RowCount);
        Assert.Equal("5\" wide 299999", table["text"][299_999]);
        Assert.Equal("on, \"one\"\nline 299998", table["text"][299_998]);
    }

    [Fact]
    public void Cells_that_look_like_formulas_have_an_apostrophe_in_the_file_alone()
    {
        string[] cells =
            ["=1+1", "+cmd|' /C calc'!A0", "-0.5", "@x", "a\nb", "-", "+3", "x,\"y\"", "'=1", "''-5", "'plain", "\tx", "1e-5", "", " =1"];
        new TextTable(["a", "=b"], [cells, cells], "t.csv").Write(_folder["t.csv"]);
        var back = TextTable.Read(_folder["t.csv"]);
        Assert.Equal(["a", "=b"], back.ColumnNames);
        Assert.Equal(cells, back["=b"]);
        var lines = File.ReadAllLines(_folder["t.csv"]);
        Assert.Equal("a,'=b", lines[0]);
        Assert.Equal("'=1+1,'=1+1", lines[1]);
        Assert.Equal("-0.5,-0.5", lines[3]);
        Assert.Contains("''=1,''=1", lines);

        var set = new EmbeddingSet(
            new(["image_id", "note"], [[.. cells.Select((c, i) => c + i)], cells]), new(cells.Length, 1, new float[cells.Length]), null,
            new Dictionary<string, string>());
        EmbeddingFile.Write(_folder["e.csv"], set);
        Assert.Equal(cells, EmbeddingFile.Read(_folder["e.csv"]).Table["note"]);
        Assert.StartsWith("'=1+10,'=1+1,0", File.ReadAllLines(_folder["e.csv"])[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_other_separators_and_single_empty_cells_come_back()
    {
        new TextTable(["image_id", "score_a;b;c", "score_d|e;f"], [["x"], ["1"], ["2"]]).Write(_folder["t.csv"]);
        Assert.Equal(["image_id", "score_a;b;c", "score_d|e;f"], TextTable.Read(_folder["t.csv"]).ColumnNames);
        new TextTable(["one"], [["", "x", ""]]).Write(_folder["t.csv"]);
        Assert.Equal(["", "x", ""], TextTable.Read(_folder["t.csv"])["one"]);
    }

    private static void Check(string path, bool embeddings = true)
    {
        var table = TextTable.Read(path);
        Assert.Equal(["image_id", "image_embedding_0", "label_x"], table.ColumnNames);
        Assert.Equal(["a", "b"], table["image_id"]);
        Assert.Equal(["p", "q,;"], table["label_x"]);
        if (embeddings)
        {
            var set = EmbeddingFile.Read(path);
            Assert.Equal([1f, 2f], set.Image!.Values);
            Assert.Equal(["image_id", "label_x"], set.Table.ColumnNames);
            Assert.Equal(["p", "q,;"], set.Table["label_x"]);
        }
    }

    private static string Refused(Func<object> read) => Assert.Throws<InputException>(() => { _ = read(); }).Message;

    private string Write(string csv)
    {
        File.WriteAllText(_folder["t.csv"], csv, new UTF8Encoding(false));
        return _folder["t.csv"];
    }
}
