using CsCheck;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Tests.Dib;

public sealed class DibFormatTests
{
    private static readonly Gen<string> Line = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 12], Gen.Const(""), Gen.Const("#!time"), Gen.Const(" #!csharp"), Gen.Const("#!markdown "),
        Gen.Const("#!mermaids"), Gen.Const("# Title"));

    private static readonly Gen<DibCell> Cell = Gen.Select(
        Gen.OneOf(Gen.Const("csharp"), Gen.Const("markdown"), Gen.Const("fsharp"), Gen.Const("html")), Line.Array[1, 6])
        .Where((_, lines) => lines[0].Length > 0 && lines[^1].Length > 0)
        .Select((kernel, lines) => new DibCell(kernel, string.Join('\n', lines)));

    [Fact]
    public void What_is_written_is_read_back_and_written_again_as_the_same_bytes() => Cell.List[0, 6].Sample(cells =>
    {
        var text = DibWriter.ToText(new(null, cells));
        var read = DibParser.Parse(text);
        Assert.Equal(cells, read.Cells.Select(c => c with { Line = 0 }));
        Assert.Equal(text, DibWriter.ToText(read));
        Assert.Equal(read.Cells, DibParser.Parse("\uFEFF" + text.Replace("\n", "\r\n", StringComparison.Ordinal)).Cells);
        Assert.All(read.Cells, c => Assert.Equal(c.Content.Split('\n')[0], text.Split('\n')[c.Line - 1]));
    }, iter: 500);

    [Fact]
    public void The_writer_puts_a_blank_line_after_markers_and_cells_and_one_newline_at_the_end() => Assert.Equal(
        "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"name\":\"csharp\",\"aliases\":[]}]}}\n\n#!csharp\n\n1 + "
            + "1\n\n#!markdown\n\n# T\n",
        DibWriter.ToText(new(null, [new("csharp", "1 + 1"), new("markdown", "# T")])));

    [Theory]
    [InlineData("#!c#\n1", "csharp", "1")]
    [InlineData("#!md\n*a*", "markdown", "*a*")]
    [InlineData("1 + 1", "csharp", "1 + 1")]
    [InlineData("#!CSharp\n1", "csharp", "#!CSharp\n1")]
    [InlineData("#!csharp --option\n1", "csharp", "#!csharp --option\n1")]
    [InlineData(" #!markdown\n1", "csharp", " #!markdown\n1")]
    public void A_marker_is_exactly_a_name_or_alias_at_column_0(string text, string kernel, string content) =>
        Assert.Equal(new DibCell(kernel, content), Assert.Single(DibParser.Parse(text).Cells) with { Line = 0 });

    [Fact]
    public void Nothing_escapes_a_marker_inside_a_raw_string()
    {
        var cells = DibParser.Parse("#!csharp\nvar s = \"\"\"\n#!markdown\n\"\"\";").Cells;
        Assert.Equal(["var s = \"\"\"", "\"\"\";"], cells.Select(c => c.Content));
    }

    [Fact]
    public void Metadata_keeps_unknown_keys_and_adds_kernels()
    {
        var notebook = DibParser.Parse(
            "#!meta\n{\"mine\": 1, \"kernelInfo\": {\"defaultKernelName\": \"markdown\",\n\"items\": [{\"name\": \"octave\", \"aliases\": [\"cee\"]}]}}\ntext\n".Replace("\ntext", "\n#!cee\n2\n", StringComparison.Ordinal));
        Assert.Equal(1, notebook.Metadata!["mine"]!.GetValue<int>());
        Assert.Equal(new DibCell("octave", "2", 5), Assert.Single(notebook.Cells));
        Assert.Contains("\"mine\":1", DibWriter.ToText(notebook), StringComparison.Ordinal);
        Assert.Equal(
            new DibCell("csharp", "before", 1),
            Assert.Single(DibParser.Parse("before\n#!meta\n{\"kernelInfo\": {\"defaultKernelName\": \"markdown\"}}").Cells));
    }

    [Theory]
    [InlineData("#!meta\n\n{\"a\": }\n#!csharp\n1", "line 3")]
    [InlineData("#!meta\n[1]\n#!csharp\n1", "not followed by a JSON object")]
    [InlineData("#!csharp\n1\n#!meta\n{\"kernelInfo\":{\"items\":[{\"name\":\"mine\",\"aliases\":[\"md\"]}]}}", "line 3: bad kernelInfo")]
    public void Bad_metadata_is_refused_with_its_line(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => DibParser.Parse(text, "x.dib")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_cell_that_would_split_when_read_again_is_not_written() =>
        Assert.Contains(
            "cell 1", Assert.Throws<InputException>(() => DibWriter.ToText(new(null, [new("csharp", "var s = @\"\n#!markdown\n\";")]))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "absent.dib: no such file", Assert.Throws<InputException>(() => DibParser.Read("absent.dib")).Message, StringComparison.Ordinal);
}
