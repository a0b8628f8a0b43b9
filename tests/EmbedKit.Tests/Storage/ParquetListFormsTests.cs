using EmbedKit.Runtime;
using EmbedKit.Storage;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EmbedKit.Tests.Storage;

/// <summary>Lists as old and other writers spell them in a schema: the format's rules for reading what came before list.element.</summary>
public sealed class ParquetListFormsTests : IDisposable
{
    private const string Name = "image_embedding";
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-lists-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Read => ["two levels", "array", "no list at all", "Hive's bag", "one-tuple", "all required", "list.item"];

    [Theory]
    [MemberData(nameof(Read))]
    public void A_list_of_numbers_is_read_however_its_schema_says_so(string form)
    {
        var set = EmbeddingFile.Read(Write(Form(form)));
        Assert.Equal([1f, 2, 3, 4, 5, 6], set.Image!.Values);
        Assert.Equal((3, 2), (set.Count, set.Image.Dimension));
        Assert.Equal(["same", "same", "same"], set.Table["site"]);
    }

    [Theory]
    [InlineData("no annotation", "is nested; expected a list of numbers")]
    [InlineData("list of structures", "is nested; expected a list of numbers")]
    public void Other_nesting_is_refused_by_name(string form, string expected)
    {
        var message = Assert.Throws<InputException>(() => EmbeddingFile.Read(Write(Form(form)))).Message;
        Assert.Contains($"column {Name} {expected}", message, StringComparison.Ordinal);
    }

    private static PrimitiveNode Value(string name, Repetition repetition) => new PrimitiveNode(name, repetition, LogicalType.None(), PhysicalType.Float);

    private static GroupNode List(Repetition repetition, Node inner, bool annotated = true) =>
        annotated ? new(Name, repetition, [inner], LogicalType.List()) : new(Name, repetition, [inner]);

    private static Node Form(string form) => form switch
    {
        "two levels" => List(Repetition.Optional, Value("element", Repetition.Repeated)),
        "array" => List(Repetition.Required, Value("array", Repetition.Repeated)),
        "no list at all" => Value(Name, Repetition.Repeated),
        "Hive's bag" => List(Repetition.Optional, new GroupNode("bag", Repetition.Repeated, [Value("array_element", Repetition.Optional)])),
        "one-tuple" => List(Repetition.Optional, new GroupNode("array", Repetition.Repeated, [Value("x", Repetition.Required)])),
        "all required" => List(Repetition.Required, new GroupNode("list", Repetition.Repeated, [Value("element", Repetition.Required)])),
        "list.item" => List(Repetition.Optional, new GroupNode("list", Repetition.Repeated, [Value("item", Repetition.Optional)])),
        "no annotation" => List(Repetition.Optional, new GroupNode("list", Repetition.Repeated, [Value("element", Repetition.Optional)]), false),
        _ => List(
            Repetition.Optional,
            new GroupNode("list", Repetition.Repeated, [Value("x", Repetition.Required), Value("y", Repetition.Required)])),
    };

    /// <summary>Three rows: an id, a text whose values a dictionary holds, and two numbers (in each column of values that the list has).</summary>
    private string Write(Node list)
    {
        var path = Path.Combine(_folder, "lists.parquet");
        using var schema = new GroupNode(
            "schema", Repetition.Required, [new Column<string>("image_id").CreateSchemaNode(), new Column<string>("site").CreateSchemaNode(), list]);
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Build();
        using var file = new ParquetFileWriter(path, schema, properties);
        using var group = file.AppendRowGroup();
        foreach (var cells in (string[][])[["a", "b", "c"], ["same", "same", "same"]])
        {
            using var column = group.NextColumn();
            using var writer = column.LogicalWriter<string>();
            writer.WriteBatch(cells);
        }

        for (var column = 2; column < file.Schema.NumColumns; column++)
        {
            using var values = (ColumnWriter<float>)group.NextColumn();
            var full = values.ColumnDescriptor.MaxDefinitionLevel;
            values.WriteBatch(6, [full, full, full, full, full, full], [0, 1, 0, 1, 0, 1], [1f, 2, 3, 4, 5, 6]);
        }

        file.Close();
        return path;
    }
}
