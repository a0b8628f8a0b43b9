using System.Globalization;
using CsCheck;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Storage;

public sealed class EmbeddingFileTests : IDisposable
{
    private static readonly Gen<float> FiniteFloat = Gen.Float.Where(float.IsFinite);
    private static readonly Gen<string> Cell = Gen.String[Gen.Char["ab ,\"é\n1.5-;'"], 0, 8];
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-storage-").FullName;

    private static Gen<EmbeddingSet> Sets =>
        from rows in Gen.Int[1, 30]
        from image in Gen.Int[0, 5]
        from text in Gen.Int[image == 0 ? 1 : 0, 5]
        from imageValues in FiniteFloat.Array[rows * image]
        from textValues in FiniteFloat.Array[rows * text]
        from notes in Cell.Array[rows]
        from split in Gen.OneOf(Gen.Const("train"), Gen.Const("val"), Gen.Const("test")).Array[rows]
        select new EmbeddingSet(
            new(["image_id", "note, with comma", "split"], [[.. Enumerable.Range(0, rows).Select(i => $"id {i}.jpg")], notes, split]),
            image == 0 ? null : new(rows, image, imageValues), text == 0 ? null : new(rows, text, textValues),
            new Dictionary<string, string> { ["model"] = "täst \"m\"", ["precision"] = "fp32" });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(".csv")]
    [InlineData(".parquet")]
    public void What_is_written_reads_back_bit_for_bit(string ending) => Sets.Sample(
        set =>
        {
            var path = Path.Combine(_folder, $"{Guid.NewGuid():N}{ending}");
            EmbeddingFile.Write(path, set);
            AssertEqual(set, EmbeddingFile.Read(path));
        },
        iter: 60, threads: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Vectors_that_have_changed_since_they_were_written_are_refused(bool half)
    {
        var set = Random(500, 64, 32);
        EmbeddingFile.Write(At("a.parquet"), half ? set.ToHalf() : set);
        var bytes = File.ReadAllBytes(At("a.parquet"));

        // Far behind the cells and far before the footer, so among the vectors.
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(At("a.parquet"), bytes);
        Assert.Contains(
            "a.parquet: not a readable Parquet file (its data have changed since it was written: a checksum does not match); expected",
            Assert.Throws<InputException>(() => EmbeddingFile.Read(At("a.parquet"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".parquet")]
    public void Equal_sets_give_equal_bytes(string ending)
    {
        var set = Random(500, 64, 32);
        EmbeddingFile.Write(At("a" + ending), set);
        EmbeddingFile.Write(At("b" + ending), set);

        Assert.Equal(File.ReadAllBytes(At("a" + ending)), File.ReadAllBytes(At("b" + ending)));
        Assert.Equal(ending == ".csv" ? 4 : 2, Directory.GetFiles(_folder).Length);
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".parquet")]
    public void Files_of_several_blocks_or_row_groups_keep_their_order(string ending)
    {
        var set = Random(9_000, 512, 3);
        EmbeddingFile.Write(At("large" + ending), set);

        AssertEqual(set, EmbeddingFile.Read(At("large" + ending)));
    }

    [Fact]
    public void Numbers_are_read_as_the_framework_reads_them() => Gen.OneOf(
            FiniteFloat.Select(f => f.ToString("R", CultureInfo.InvariantCulture)),
            FiniteFloat.Select(f => ((double)f).ToString("R", CultureInfo.InvariantCulture)),
            Gen.Double[-1, 1].Select(d => d.ToString("R", CultureInfo.InvariantCulture)),
            Gen.Double[-1, 1].Select(d => d.ToString("F30", CultureInfo.InvariantCulture)),
            Gen.Select(Gen.Int[0, 1 << 23], Gen.Int[-20, 20])
                .Select(p => (((2L * p.Item1) + 1) * Math.Pow(2, p.Item2)).ToString("F40", CultureInfo.InvariantCulture)))
        .Sample(
            text =>
            {
                Assert.True(FloatText.TryParse(System.Text.Encoding.UTF8.GetBytes(text + ","), out var value, out var length));
                Assert.Equal(text.Length, length);
                Assert.Equal(BitConverter.SingleToInt32Bits(float.Parse(text, CultureInfo.InvariantCulture)), BitConverter.SingleToInt32Bits(value));
            },
            iter: 20_000, threads: 1);

    [Fact]
    public void The_published_prefixes_are_read_in_any_column_order()
    {
        var set = Read(
            "x.csv", "\uFEFF,text_emb_1,image_id,img_emb_0,text_emb_0,dx,0\r\n0,4,a,1.5,-3e-1,nv,1\r\n1,\" 5 \",\"b\"\"c\",2,1E2,\"m,el\",0\r\n");

        Assert.Equal([1.5f, 2], set.Image!.Values);
        Assert.Equal([-0.3f, 4, 100, 5], set.Text!.Values);
        Assert.Equal(["a", "b\"c"], set.Ids);
        Assert.Equal(["column_1", "image_id", "dx", "0"], set.Table.ColumnNames);
        Assert.Equal(["nv", "m,el"], set.Table["dx"]);
    }

    [Fact]
    public void An_image_file_and_a_text_file_join_by_id_with_labels()
    {
        var image = Write("image.csv", "ImageName,0,1\nb.jpg,1,2\na.jpg,3,4\n");
        var text = Write("text.csv", "image_id,report,embeddings\na,\"one\ntwo\",\"[0.25, -1e-2]\"\nb,three,[ 7 8]\n");
        var labels = Write("labels.csv", "image_id,label_dx,split\na,nv,train\nb,mel,test\n");

        var set = Pair(image, text, TextTable.Read(labels));

        Assert.Equal(["a", "b"], set.Ids);
        Assert.Equal([3, 4, 1, 2], set.Image!.Values);
        Assert.Equal([0.25f, -0.01f, 7, 8], set.Text!.Values);
        Assert.Equal(["nv", "mel"], set.Table["label_dx"]);
        Assert.Equal(["one\ntwo", "three"], set.Table["report"]);
        Assert.Equal(["b.jpg", "a.jpg"], Pair(image, text).Ids);
    }

    [Fact]
    public void Lists_over_several_blocks_keep_their_order_and_name_the_row_of_a_fault()
    {
        // Some 9 MB: three blocks, parsed side by side.
        string Line(int row, string last) =>
            $"id{row},\"[{string.Join(", ", Enumerable.Range(0, 500).Select(i => FormattableString.Invariant($"{row + (i / 1024.0)}")))}, "
                + $"{last}]\"\n";
        string Lists(Func<int, string> last) =>
            "image_id,embeddings\n" + string.Concat(Enumerable.Range(0, 2_000).Select(row => Line(row, last(row))));
        var set = Read("lists.csv", Lists(row => (row % 5) switch { 0 => "-0.0", 1 => "1E-05", 2 => ".5", 3 => "5.", _ => "+1e2" }));

        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => (float)i), Enumerable.Range(0, 2_000).Select(i => set.Text!.Row(i)[0]));
        Assert.Equal((float[])[-0f, 1e-5f, 0.5f, 5, 100], Enumerable.Range(1_990, 5).Select(i => set.Text!.Row(i)[500]));
        Refused(() => Read("bad.csv", Lists(row => row is 1_950 or 1_999 ? "1e40" : "1")), "bad.csv row 1952", "value 500 is '1e40'");
        Refused(() => Read("bad.csv", Lists(row => row == 1_950 ? "1, 2" : "1")), "bad.csv row 1952", "more values; expected 501");
    }

    [Fact]
    public void Unequal_ids_are_refused_with_counts_and_examples()
    {
        var image = Write("image.csv", "ImageName,0\na,1\nb,2\nc,3\n");
        var text = Write("text.csv", "image_id,embeddings\na,[1]\nx,[1]\n");

        Refused(() => Pair(image, text), "2 in image.csv only (b, c)", "1 in text.csv only (x)");
    }

    [Fact]
    public void Files_that_contradict_each_other_are_refused()
    {
        var image = Write("image.csv", "ImageName,split,0\na,train,1\n");
        var text = Write("text.csv", "image_id,split,embeddings\na,test,[1]\n");

        Refused(() => Pair(image, text), "split of a is 'test' but 'train'");
    }

    [Theory]
    [InlineData("image_id,image_embedding_0\na,1\nb,nan\n", "row 3", "image_embedding_0", "'nan'")]
    [InlineData("image_id,image_embedding_0\na,\n", "row 2", "image_embedding_0", "empty cell")]
    [InlineData("image_id,image_embedding_0\na,1e39\n", "row 2", "image_embedding_0", "'1e39'")]
    [InlineData("image_id,image_embedding_0\na,\u00A01\n", "row 2", "image_embedding_0", "'\\u00A01'")]
    [InlineData("image_id,image_embedding_0\na,1.5x\n", "row 2", "image_embedding_0", "'1.5x'")]
    [InlineData("image_id,image_embedding_0\na,1,2\n", "row 2", "expected 2")]
    [InlineData("image_id,image_embedding_0\na\n", "row 2", "1 field; expected 2")]
    [InlineData("image_id,image_embedding_0\n\"a,1\n", "row 2", "never closed")]
    [InlineData("image_id,image_embedding_0\na,1\na,2\n", "row 3", "'a' stands in row 2")]
    [InlineData("image_id,image_embedding_0,image_embedding_2\na,1,2\n", "column 1 is missing")]
    [InlineData("image_id,dx\na,1\n", "no embedding columns")]
    [InlineData("img,image_embedding_0\na,1\n", "no column 'image_id'")]
    [InlineData("image_id,image_embedding_0\n", "no rows")]
    [InlineData("", "empty file")]
    [InlineData("image_id,embeddings\na,\"[1, 2]\"\nb,\"[1]\"\n", "row 3", "1 value; expected 2")]
    [InlineData("image_id,embeddings\na,\"[1, 2]\"\nb,\"[1,2,3]\"\n", "row 3", "more values; expected 2")]
    [InlineData("image_id,embeddings\na,\"[1, nan]\"\n", "row 2", "value 1 is 'nan'")]
    [InlineData("image_id,embeddings\na,1 2\n", "row 2", "no list")]
    public void Bad_cells_are_refused_by_place(string csv, params string[] expected) => Refused(() => Read("bad.csv", csv), ["bad.csv", .. expected]);

    [Fact]
    public void Bad_paths_are_refused()
    {
        Refused(() => EmbeddingFile.Read(At("none.csv")), "no such file");
        Refused(() => EmbeddingFile.Read(At("x.npy")), "'.npy'");
        Refused(() => EmbeddingFile.Read(Write("x.parquet", "PAR1 is not enough")), "not a readable Parquet file");
    }

    [Fact]
    public void Shards_stack_and_differing_ones_are_refused()
    {
        var set = Random(10, 4, 2);
        EmbeddingSet Made(int[] rows, (string Key, string Value) how) => new(
            set.Table.Select(rows), set.Image!.Select(rows), set.Text!.Select(rows), new Dictionary<string, string> { [how.Key] = how.Value });
        var stacked = EmbeddingJoin.Shards([set.Select([0, 1, 2]), set.Select([3, 4, 5, 6, 7, 8, 9])]);

        AssertEqual(set, stacked);
        Assert.Equal(
            "5", EmbeddingJoin.Shards([Made([0], ("skipped_images", "2")), Made([1], ("skipped_images", "3"))]).Provenance["skipped_images"]);
        Assert.Equal("a + b", EmbeddingJoin.Shards([Made([0], ("labels", "a")), Made([1], ("labels", "b"))]).Provenance["labels"]);
        Refused(() => EmbeddingJoin.Shards([set.Select([0, 1]), set.Select([1, 2])]), "row 3: image_id", "stands in row 3 of");
        Refused(() => EmbeddingJoin.Shards([set.Select([0]), set.Select([1]).With(null, set.Text!.Select([1]))]), "widths");
        Refused(() => EmbeddingJoin.Shards([set.Select([0]), new(set.Table.Select([1]), set.Image!.Select([1]), set.Text!.Select([1]))]), "model");
    }

    [Fact]
    public void A_failing_write_leaves_the_old_file_and_nothing_else()
    {
        var path = Write("old.csv", "image_id,image_embedding_0\na,1\n");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("disk full");
        }));

        Assert.Equal([1f], EmbeddingFile.Read(path).Image!.Values);
        Assert.Single(Directory.GetFiles(_folder));
    }

    private static EmbeddingSet Random(int rows, int image, int text)
    {
        var random = new SeededRandom(7);
        EmbeddingMatrix Matrix(int d) => new(rows, d, [.. Enumerable.Range(0, rows * d).Select(_ => (float)random.NextGaussian())]);
        return new(
            new(["image_id"], [[.. Enumerable.Range(0, rows).Select(i => $"{i}")]]), Matrix(image), Matrix(text),
            new Dictionary<string, string> { ["model"] = "m" });
    }

    private static void AssertEqual(EmbeddingSet expected, EmbeddingSet actual)
    {
        Assert.Equal(expected.Table.ColumnNames, actual.Table.ColumnNames);
        Assert.Equal(expected.Table.Columns, actual.Table.Columns);
        Assert.Equal(expected.Provenance, actual.Provenance);
        Assert.Equal(Bits(expected.Image), Bits(actual.Image));
        Assert.Equal(Bits(expected.Text), Bits(actual.Text));
    }

    private static int[]? Bits(EmbeddingMatrix? matrix) =>
        matrix is null ? null : [matrix.Dimension, .. matrix.Values.Select(BitConverter.SingleToInt32Bits)];

    private static void Refused(Action action, params string[] expected)
    {
        var message = Assert.Throws<InputException>(action).Message;
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static EmbeddingSet Pair(string image, string text, TextTable? labels = null) =>
        EmbeddingJoin.Modalities(EmbeddingFile.Read(image), EmbeddingFile.Read(text), labels);

    private string Write(string name, string content)
    {
        File.WriteAllText(At(name), content);
        return At(name);
    }

    private EmbeddingSet Read(string name, string csv) => EmbeddingFile.Read(Write(name, csv));
}
