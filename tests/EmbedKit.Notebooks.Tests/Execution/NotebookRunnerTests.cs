using System.Text.Json;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Tests.Execution;

[Trait("Tier", "slow")]
public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_failing_cell_stops_the_notebook_with_its_number_line_and_message()
    {
        var executed = Run(
            "#!markdown\n# T\n\n#!csharp\n\nvar a = 1;\n\n#!csharp\n\nvar b = 2;\nthrow new Exception(\"bad "
                + "luck\");\n\n#!csharp\n\nConsole.WriteLine(a);\n");
        Assert.Equal("notebook.dib line 11 (cell 3): Exception: bad luck", executed.Failure?.ToString());
        Assert.Equal([null, 1, 2, null], executed.Cells.Select(c => c.ExecutionCount));
        Assert.Empty(executed.Cells[3].Outputs);
    }

    [Fact]
    public void Compile_errors_are_reported_at_the_line_of_the_file() =>
        Assert.Equal((1, 4), Run("#!csharp\n\nvar a = 1;\nint b = \"\";") is { Failure: { } f } ? (f.Cell, f.Line) : default);

    [Fact]
    public void A_cell_of_a_language_without_kernel_fails() =>
        Assert.Contains("no kernel for 'fsharp'", Run("#!fsharp\nlet a = 1").Failure!.Error.Message, StringComparison.Ordinal);

    [Fact]
    public void The_notebooks_folder_is_the_working_directory_while_it_runs_and_only_then()
    {
        var before = Environment.CurrentDirectory;
        Assert.Equal("True", Result(Run("#!csharp\nSystem.IO.File.Exists(\"notebook.dib\")")));
        Assert.Equal(before, Environment.CurrentDirectory);
    }

    [Theory]
    [InlineData("true", "Boolean")]
    [InlineData("-3", "Int32")]
    [InlineData("0.5", "Double")]
    [InlineData("1e-3", "Double")]
    [InlineData("007", "String")]
    [InlineData("a \"quoted\" \\ path", "String")]
    public void A_value_set_from_outside_is_a_variable_of_its_type(string value, string type)
    {
        var executed = Run("#!csharp\n$\"{given.GetType().Name}\"", new() { Parameters = new Dictionary<string, string> { ["given"] = value } });
        Assert.Equal(type, Result(executed));
    }

    [Fact]
    public void A_parameters_cell_holds_defaults_that_values_from_outside_override()
    {
        var text = "#!csharp\n// parameters\nvar epochs = 30;\nvar name = \"a\";\n#!csharp\n$\"{name} {epochs}\"";
        Assert.Equal("a 30", Result(Run(text)));
        Assert.Equal("b 2", Result(Run(text, new() { Parameters = new Dictionary<string, string> { ["epochs"] = "2", ["name"] = "b" } })));
        Assert.Equal("c 30", Result(Run(text, new() { Parameters = new Dictionary<string, string> { ["undeclared"] = "2", ["name"] = "c" } })));
    }

    [Fact]
    public void A_bad_parameter_name_is_refused() => Assert.Contains(
        "no C# variable name",
        Assert.Throws<InputException>(() =>
            Run("#!csharp\n1", new() { Parameters = new Dictionary<string, string> { ["two words"] = "1" } })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Console_text_that_belongs_together_is_one_output() =>
        Assert.Equal(
            [new StreamOutput("stdout", "ab\n"), new StreamOutput("stderr", "c")],
            Run("#!csharp\nConsole.Write(\"a\"); Console.WriteLine(\"b\"); Console.Error.Write(\"c\");").Cells[0].Outputs);

    [Fact]
    public void An_interrupt_is_passed_on()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var path = _folder.File("endless.dib", "#!csharp\nwhile (true) { }");
        Assert.Throws<OperationCanceledException>(() => NotebookRunner.Run(path, new(), null, stop.Token));
    }

    [Fact]
    public void Equal_runs_give_equal_files_and_the_ipynb_is_valid()
    {
        var showcase = Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib");
        byte[][] Files(string name) =>
            [.. NotebookFiles.Write(
                NotebookRunner.Run(showcase, new(), null, TestContext.Current.CancellationToken), Path.Combine(_folder.Path, name), new())
                    .Select(File.ReadAllBytes)];
        var (first, second) = (Files("first"), Files("second"));
        Assert.Equal(first[0], second[0]);
        Assert.Equal(first[1], second[1]);

        using var json = JsonDocument.Parse(first[0]);
        var kinds = json.RootElement.GetProperty("cells").EnumerateArray().Where(c => c.TryGetProperty("outputs", out _))
            .SelectMany(c => c.GetProperty("outputs").EnumerateArray()).Select(o => o.GetProperty("output_type").GetString()).Distinct();
        Assert.Equal(["stream", "execute_result", "display_data"], kinds);
        Nbformat.Validate(Path.Combine(_folder.Path, "first", "showcase.ipynb"));
    }

    [Fact]
    public void An_exported_notebook_reads_back_as_the_same_cells()
    {
        var notebook = Notebooks.Dib.DibParser.Parse("#!csharp\n1\n\n2\n#!markdown\n# T\n#!html\n<b>x</b>");
        var path = _folder.File("n.ipynb", IpynbWriter.ToText(notebook));
        Assert.Equal(notebook.Cells.Select(c => c with { Line = 0 }), IpynbReader.Read(path).Cells);
    }

    [Fact]
    public void A_cell_of_a_Jupyter_notebook_keeps_the_language_that_its_metadata_names()
    {
        const string Cell = "{\"cell_type\":\"code\",\"metadata\":{\"polyglot_notebook\":{\"kernelName\":\"html\"}},\"source\":[\"<b>x\",\"</b>\"]}";
        var read = IpynbReader.Read(_folder.File("n.ipynb", $$"""{"cells":[{{Cell}},{"cell_type":"raw","metadata":{},"source":"as it is"}]}"""));
        Assert.Equal([new("html", "<b>x</b>"), new("markdown", "as it is")], read.Cells);
    }

    [Fact]
    public void A_notebook_in_another_language_is_refused_by_its_name() => Assert.Contains(
        "a notebook in 'python'; expected one of csharp,",
        Assert.Throws<InputException>(() => IpynbReader.Read(_folder.File(
            "n.ipynb",
            """{"cells":[{"cell_type":"code","metadata":{},"source":"1"}],"metadata":{"kernelspec":{"language":"python"}}}"""))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("text")]
    [InlineData("{\"cells\": 3}")]
    public void What_is_no_Jupyter_notebook_is_refused(string text) =>
        Assert.Contains(
            "Jupyter notebook", Assert.Throws<InputException>(() => IpynbReader.Read(_folder.File("bad.ipynb", text))).Message,
            StringComparison.Ordinal);

    private ExecutedNotebook Run(string dib, NotebookRunOptions? options = null) =>
        NotebookRunner.Run(_folder.File("notebook.dib", dib), options ?? new(), null, TestContext.Current.CancellationToken);

    private static string? Result(ExecutedNotebook notebook) => Assert.IsType<ValueOutput>(notebook.Cells[^1].Outputs[^1])["text/plain"];
}
