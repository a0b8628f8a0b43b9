using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Tests.Session;

[Trait("Tier", "slow")]
public sealed class LanguageTests : IDisposable
{
    private readonly NotebookSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("html", "<b>x</b>", "text/html", "<b>x</b>")]
    [InlineData("javascript", "alert(1)", "text/html", "<script type=\"text/javascript\">alert(1)</script>")]
    [InlineData("markdown", "# T", "text/markdown", "# T")]
    public void Cells_of_other_languages_are_shown(string language, string code, string mime, string shown)
    {
        Assert.Equal(shown, Value(Run(new DibCell(language, code)))[mime]);
        Assert.Equal(shown, Value(Run(new DibCell(DibKernels.CSharp, $"#!{language}\n{code}")))[mime]);
    }

    [Fact]
    public void A_Mermaid_diagram_is_its_source_and_asks_the_network_for_nothing()
    {
        var shown = Value(Run(new DibCell("mermaid", "graph TD; A-->B")))["text/markdown"]!;
        Assert.StartsWith("```mermaid\ngraph TD; A-->B\n```\n\nThe source of a Mermaid diagram", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("http", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fsharp")]
    [InlineData("pwsh")]
    [InlineData("sql")]
    public void Cells_of_a_language_that_is_not_here_fail_in_one_line_that_names_those_that_are(string language)
    {
        foreach (var cell in (DibCell[])[new(language, "1"), new(DibKernels.CSharp, $"#!{language}\n1")])
        {
            var error = _session.Execute(cell, _ => { }, TestContext.Current.CancellationToken)!;
            Assert.Contains($"{language}'", error.Message, StringComparison.Ordinal);
            Assert.Contains("csharp, html, javascript, ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Values_go_from_one_language_to_another()
    {
        Run("var shared = 5;");
        Assert.Contains("shared = 5;", Value(Run(new DibCell("javascript", "#!share --from csharp shared")))["text/html"], StringComparison.Ordinal);
        Run("#!value --name text\nabc");
        Run("#!set --name copy --value @value:text");
        Assert.Equal("abc5", Value(Run("copy + shared"))["text/plain"]);
        Assert.Contains("copy", Value(Run("#!who"))["text/plain"], StringComparison.Ordinal);
        var error = _session.Execute("#!set --name x --value @value:absent", _ => { }, TestContext.Current.CancellationToken)!;
        Assert.Contains("'absent' not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_display_has_shown_is_not_shown_again_as_the_cells_result() =>
        Assert.False(Value(Run("display(1)")).IsResult);

    [Fact]
    public void Lines_after_a_command_keep_their_numbers()
    {
        var error = _session.Execute("var a = 1;\n#!who\n\nint b = \"\";", _ => { }, TestContext.Current.CancellationToken)!;
        Assert.StartsWith("(4,9): error CS0029", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, error.Line);
    }

    private static ValueOutput Value(List<CellOutput> outputs) => Assert.IsType<ValueOutput>(Assert.Single(outputs));

    private List<CellOutput> Run(string code) => Run(new DibCell(DibKernels.CSharp, code));

    private List<CellOutput> Run(DibCell cell)
    {
        var outputs = new List<CellOutput>();
        var error = _session.Execute(cell, outputs.Add, TestContext.Current.CancellationToken);
        Assert.True(error is null, error?.Message);
        return outputs;
    }
}
