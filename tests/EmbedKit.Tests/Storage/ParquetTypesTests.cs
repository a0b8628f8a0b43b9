using EmbedKit.Data.Splits;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EmbedKit.Tests.Storage;

public sealed class ParquetTypesTests : IDisposable
{
    private static readonly string[] Ids = ["a", "b", "c"];
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-parquet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lists_of_any_type_of_number_are_read()
    {
        Lists<double>([[0.5, -1], [2, 3], [1e-30, 4]], [0.5f, -1, 2, 3, 1e-30f, 4]);
        Lists<float>([[0.5f, -1], [2, 3], [1, 4]], [0.5f, -1, 2, 3, 1, 4]);
        Lists<double?>([[0.5, -1], [2, 3], [1, 4]], [0.5f, -1, 2, 3, 1, 4]);
        Lists<sbyte>([[-128, 1], [2, 3], [1, 127]], [-128, 1, 2, 3, 1, 127]);
        Lists<byte?>([[200, 1], [2, 3], [1, 255]], [200, 1, 2, 3, 1, 255]);
        Lists<short>([[-30_000, 1], [2, 3], [1, 4]], [-30_000, 1, 2, 3, 1, 4]);
        Lists<ushort>([[60_000, 1], [2, 3], [1, 4]], [60_000, 1, 2, 3, 1, 4]);
        Lists<int>([[-5, 1], [2, 3], [1, 4]], [-5, 1, 2, 3, 1, 4]);
        Lists<uint>([[uint.MaxValue, 1], [2, 3], [1, 4]], [4294967295f, 1, 2, 3, 1, 4]);
        Lists<long>([[-1L << 40, 1], [2, 3], [1, 4]], [-1099511627776f, 1, 2, 3, 1, 4]);
        Lists<ulong>([[ulong.MaxValue, 1], [2, 3], [1, 4]], [18446744073709551615f, 1, 2, 3, 1, 4]);
    }

    [Fact]
    public void Numbered_columns_are_read_as_in_CSV()
    {
        using var money = LogicalType.Decimal(29, 2);
        var set = Read(
            [new Column<string>("ImageName"), new Column<double>("image_embedding_1"), new Column<int>("image_embedding_0"),
                new Column<decimal>("text_emb_0", money)],
            Ids, (double[])[1, 2, 3], (int[])[4, 5, 6], (decimal[])[7.25m, -8, 9]);

        Assert.Equal([4f, 1, 5, 2, 6, 3], set.Image!.Values);
        Assert.Equal([7.25f, -8, 9], set.Text!.Values);
        Assert.Equal(Ids, set.Ids);
    }

    [Fact]
    public void Plain_columns_become_text_in_one_form()
    {
        using var utc = LogicalType.Timestamp(true, TimeUnit.Millis);
        using var local = LogicalType.Timestamp(false, TimeUnit.Micros);
        using var nanos = LogicalType.Timestamp(false, TimeUnit.Nanos);
        using var time = LogicalType.Time(false, TimeUnit.Micros);
        using var money = LogicalType.Decimal(29, 2);
        var noon = new DateTime(2020, 1, 5, 12, 0, 1, 250, DateTimeKind.Utc);
        var set = Read(
            [
                Column("id"), new Column<DateTime>("utc", utc), new Column<DateTime?>("local", local), new Column<DateTimeNanos>("nanos", nanos),
                new Column<TimeSpan>("time", time),
                new Column<Date>("date"), new Column<bool?>("flag"), new Column<decimal>("money", money), new Column<ulong>("large"),
                new Column<double?>("number"), new Column<float[]>("image_embedding"),
            ],
            Ids, (DateTime[])[noon, noon.AddMilliseconds(-250), new(1969, 12, 31, 23, 59, 59, 999, DateTimeKind.Utc)],
            (DateTime?[])[noon.AddTicks(10), null, noon],
            (DateTimeNanos[])[new(123_456_789), new(-1), new(0)], (TimeSpan[])[new(10, 11, 12), new(0, 0, 0, 0, 5), TimeSpan.Zero],
            (Date[])[new(2020, 1, 5), new(1850, 2, 3), new(9999, 12, 31)], (bool?[])[true, null, false], (decimal[])[1.5m, -0.05m, 100],
            (ulong[])[ulong.MaxValue, 0, 1],
            (double?[])[0.1, null, -2], Vectors);

        Assert.Equal(["2020-01-05T12:00:01.25Z", "2020-01-05T12:00:01Z", "1969-12-31T23:59:59.999Z"], set.Table["utc"]);
        Assert.Equal(["2020-01-05T12:00:01.250001", "", "2020-01-05T12:00:01.25"], set.Table["local"]);
        Assert.Equal(["1970-01-01T00:00:00.123456789", "1969-12-31T23:59:59.999999999", "1970-01-01T00:00:00"], set.Table["nanos"]);
        Assert.Equal(["10:11:12", "00:00:00.005", "00:00:00"], set.Table["time"]);
        Assert.Equal(["2020-01-05", "1850-02-03", "9999-12-31"], set.Table["date"]);
        Assert.Equal(["True", "", "False"], set.Table["flag"]);
        Assert.Equal(["1.50", "-0.05", "100.00"], set.Table["money"]);
        Assert.Equal(["18446744073709551615", "0", "1"], set.Table["large"]);
        Assert.Equal(["0.1", "", "-2"], set.Table["number"]);
        foreach (var column in (string[])["utc", "nanos", "time", "date"])
        {
            Assert.Equal(3, TimeSplit.Assign(set.Table[column], new()).Distinct().Count());
        }
    }

    [Fact]
    public void Types_of_old_and_rare_writers_become_text_too()
    {
        using var no = LogicalType.None();
        using var empty = LogicalType.Null();
        using var money = LogicalType.Decimal(9, 2);
        using var large = LogicalType.Decimal(18, 3);
        using var id = LogicalType.Uuid();
        using var half = LogicalType.Float16();
        GroupNode Schema(params Node[] nodes) =>
            new(
                "schema", Repetition.Required,
                [Column("id").CreateSchemaNode(), .. nodes, new Column<float[]>("image_embedding").CreateSchemaNode()]);
        using var schema = Schema(
            new PrimitiveNode("instant", Repetition.Optional, no, PhysicalType.Int96),
            new PrimitiveNode("nothing", Repetition.Optional, empty, PhysicalType.Int32),
            new PrimitiveNode("money", Repetition.Required, money, PhysicalType.Int32),
            new PrimitiveNode("large", Repetition.Required, large, PhysicalType.Int64),
            new PrimitiveNode("id", Repetition.Required, id, PhysicalType.FixedLenByteArray, 16),
            new PrimitiveNode("half", Repetition.Required, half, PhysicalType.FixedLenByteArray, 2));
        var path = At("rare.parquet");
        using (var builder = new WriterPropertiesBuilder())
        using (var properties = builder.Build())
        using (var file = new ParquetFileWriter(path, schema, properties))
        using (var group = file.AppendRowGroup())
        {
            void Write<T>(T[] values)
            {
                using var column = group.NextColumn();
                using var writer = column.LogicalWriter<T>();
                writer.WriteBatch(values);
            }

            void Physical<T>(short[] levels, T[] values)
                where T : unmanaged
            {
                using var column = group.NextColumn();
                ((ColumnWriter<T>)column).WriteBatch(3, levels, [], values);
            }

            Write(Ids);
            Physical<Int96>([1, 0, 1], [new(0, 0, 2_440_589), new(1, 0, 2_440_588)]);
            Physical<int>([0, 0, 0], []);
            Physical<int>([], [150, -5, 0]);
            Physical<long>([], [1_500, -1, 0]);
            Write((Guid[])[Guid.Empty, new("00112233-4455-6677-8899-aabbccddeeff"), Guid.Empty]);
            Write((Half[])[(Half)0.5, (Half)(-2), (Half)0]);
            Write(Vectors);
            file.Close();
        }

        var table = EmbeddingFile.Read(path).Table;
        Assert.Equal(["1970-01-02T00:00:00", "", "1970-01-01T00:00:00.000000001"], table["instant"]);
        Assert.Equal(["", "", ""], table["nothing"]);
        Assert.Equal(["1.50", "-0.05", "0.00"], table["money"]);
        Assert.Equal(["1.500", "-0.001", "0.000"], table["large"]);
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", table["id"][1]);
        Assert.Equal(["0.5", "-2", "0"], table["half"]);
    }

    [Fact]
    public void What_no_table_holds_is_left_out_and_named()
    {
        var notes = new List<string>();
        InputNotes.Listen(notes.Add);
        using var key = new PrimitiveNode("x", Repetition.Optional, LogicalType.None(), PhysicalType.Double);
        using var pair = new PrimitiveNode("y", Repetition.Optional, LogicalType.None(), PhysicalType.Double);
        using var structure = new GroupNode("place", Repetition.Optional, [key, pair]);
        using var schema = new GroupNode("schema", Repetition.Required, [
            Column("id").CreateSchemaNode(), new Column<byte[]>("raw").CreateSchemaNode(), structure, new Column<string[]>("tags").CreateSchemaNode(),
            new Column<double[][]>("deep").CreateSchemaNode(), new Column<float[]>("image_embedding").CreateSchemaNode(),
        ]);
        var path = At("left.parquet");
        using (var builder = new WriterPropertiesBuilder())
        using (var properties = builder.Build())
        using (var file = new ParquetFileWriter(path, schema, properties))
        {
            Fill(
                file, 3, Ids, (byte[][])[[1], [2], [3]], Places, Places, (string[][])[["a"], [], ["b", "c"]], (double[][][])[[[1]], [[2]], [[3]]],
                Vectors);
        }

        var set = EmbeddingFile.Read(path);
        InputNotes.Listen(null);

        Assert.Equal(["image_id"], set.Table.ColumnNames);
        Assert.Equal(
            "left.parquet: left out columns that a table cannot hold: raw (binary), place (nested), tags (list of text), deep (nested).",
            Assert.Single(notes));
    }

    [Fact]
    public void The_row_at_fault_is_named_across_batches_and_row_groups()
    {
        double[][] Rows(int odd, double[] vector) => [.. Enumerable.Range(0, 30_000).Select(i => i == odd ? vector : [i, 1])];
        string[] ids = [.. Enumerable.Range(0, 30_000).Select(i => $"i{i}")];
        EmbeddingSet Of(double[]?[] rows) => Read([Column("id"), new Column<double[]>("image_embedding")], 9_000, ids, rows);

        Assert.Equal(29_999f, Of(Rows(-1, [])).Image!.Row(29_999)[0]);
        Refused(() => Of(Rows(25_000, [1])), "row 25001 (i25000)", "has 1 value, where most rows have 2");
        Refused(() => Of(Rows(0, [1, 2, 3])), "row 1 (i0)", "has 3 values, where most rows have 2");
        Refused(() => Of(Rows(9_000, [])), "row 9001 (i9000)", "null or empty");
        Refused(() => Of(Rows(17_999, null!)), "row 18000 (i17999)", "null or empty");
        Refused(() => Of(Rows(29_999, [1, 1e39])), "row 30000 (i29999)", "value 1 is 1E+39", "float32");
        Refused(() => Of(Rows(12_345, [double.NaN, 1])), "row 12346 (i12345)", "value 0 is NaN");
        Refused(() => Read([Column("id"), new Column<double?>("text_embedding_0")], 2, Ids, (double?[])[1, 2, null]), "row 3 (c)",
            "text_embedding_0 is null");
        Refused(() => Read([Column("id"), new Column<float[]>("image_embedding")], 2, (string[])["a", "b", "a"], Vectors), "row 3",
            "stands in row 1");
    }

    [Fact]
    public void Columns_expected_and_list_columns_found_are_named()
    {
        Refused(() =>
            Read(
                [Column("id"), new Column<double[]>("img_emb"), new Column<string[]>("tags")], Ids,
                Vectors.Select(v => v.Select(x => (double)x).ToArray()).ToArray(), (string[][])[["a"], ["b"], ["c"]]), "image_embedding",
                "text_embedding", "img_emb (list of float64); rename");
        Refused(() => Read([Column("id"), new Column<int>("age")], Ids, (int[])[1, 2, 3]), "No column holds lists of numbers");
        Refused(() => Read([Column("id"), new Column<string>("image_embedding")], Ids, (string[])["[1]", "[2]", "[3]"]), "image_embedding is text",
            "list of numbers");
        Refused(() => Read([Column("id"), new Column<string[]>("text_embedding")], Ids, (string[][])[["a"], ["b"], ["c"]]),
            "text_embedding is list of text");
        Refused(() => Read([Column("id"), new Column<string>("image_embedding_0")], Ids, Ids), "image_embedding_0 is text");
        Refused(() =>
            Read([Column("id"), new Column<float[]>("image_embedding"), new Column<float>("image_embedding_0")], Ids, Vectors, (float[])[1, 2, 3]),
            "expected one of them");
    }

    [Theory]
    [InlineData("02_double.parquet")]
    [InlineData("19_ints.parquet")]
    [InlineData("08_dates.parquet")]
    [InlineData("14_blob.parquet")]
    public void Files_of_other_writers_are_read(string name)
    {
        var set = EmbeddingFile.Read(Golden(name));
        Assert.True(set.Count > 0 && set.Image is not null);
        Assert.DoesNotContain(
            set.Table.Columns, cells => cells.Any(c => c.Contains("System.", StringComparison.Ordinal) || c.Contains('/', StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("24_names.parquet", "rename the right one")]
    [InlineData("rows_1e9.parquet", "1,000,000,000 rows")]
    public void Other_names_and_false_claims_are_refused(string name, string said)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(() => EmbeddingFile.Read(Golden(name)), name, said);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    private static float[][] Vectors => [[1, 2], [3, 4], [5, 6]];

    private static Nested<double?>?[] Places => [new(1), null, new(3)];

    private static Column<string> Column(string name) => new(name == "id" ? "image_id" : name);

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "parquet", name);

    private void Lists<T>(T[][] values, float[] expected)
    {
        var set = Read([Column("id"), new Column<T[]>("image_embedding")], Ids, values);
        Assert.Equal(2, set.Image!.Dimension);
        Assert.Equal(expected, set.Image.Values);
        Assert.False(set.Image.IsHalf);
    }

    private EmbeddingSet Read(Column[] columns, params Array[] cells) => Read(columns, 2, cells);

    private EmbeddingSet Read(Column[] columns, int rowsPerGroup, params Array[] cells)
    {
        var path = At($"{Guid.NewGuid():N}.parquet");
        using (var file = new ParquetFileWriter(path, columns))
        {
            Fill(file, rowsPerGroup, cells);
        }

        return EmbeddingFile.Read(path);
    }

    private static void Fill(ParquetFileWriter file, int rowsPerGroup, params Array[] cells)
    {
        for (var start = 0; start < cells[0].Length; start += rowsPerGroup)
        {
            using var group = file.AppendRowGroup();
            foreach (var all in cells)
            {
                using var column = group.NextColumn();
                using var writer = column.LogicalWriter();
                writer.Apply(new Writer(all, start, Math.Min(rowsPerGroup, all.Length - start)));
            }
        }

        file.Close();
    }

    private static void Refused(Action action, params string[] expected)
    {
        var message = Assert.Throws<InputException>(action).Message;
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private sealed class Writer(Array cells, int start, int count) : ILogicalColumnWriterVisitor<bool>
    {
        public bool OnLogicalColumnWriter<TValue>(LogicalColumnWriter<TValue> columnWriter)
        {
            columnWriter.WriteBatch(((TValue[])cells).AsSpan(start, count));
            return true;
        }
    }
}
