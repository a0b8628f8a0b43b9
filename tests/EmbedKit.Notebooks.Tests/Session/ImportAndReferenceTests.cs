using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Tests.Session;

[Trait("Tier", "slow")]
public sealed class ImportAndReferenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;
    private readonly NotebookSession _session = new();
    private readonly List<CellOutput> _outputs = [];

    public ImportAndReferenceTests() => Environment.CurrentDirectory = _folder.Path;

    public void Dispose()
    {
        _session.Dispose();
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    [Fact]
    public void An_import_runs_the_cells_of_another_notebook_between_the_code_around_it()
    {
        _folder.File("other.dib", "#!markdown\n# Not code\n#!csharp\nConsole.WriteLine(\"in other\");\nvar fromOther = before + 1;\n");
        Assert.Null(Execute("var before = 1;\n#!import other.dib\nfromOther + 1"));
        Assert.Equal("3", Assert.IsType<ValueOutput>(_outputs[^1])["text/plain"]);
        Assert.Equal(new StreamOutput("stdout", "in other\n"), _outputs[0]);
    }

    [Fact]
    public void A_failing_import_names_the_line_in_the_other_notebook_and_the_line_that_imported()
    {
        _folder.File("broken.dib", "#!markdown\ntext\n#!csharp\n\nvar ok = 1;\nthrow new Exception(\"inside\");\n");
        var error = Execute("var a = 1;\n#!import broken.dib")!;
        Assert.Equal(2, error.Line);
        Assert.Equal("broken.dib line 6: inside", error.Message);
    }

    [Fact]
    public void A_missing_or_circular_import_is_refused()
    {
        Assert.Contains("absent.dib: no such file", Execute("#!import absent.dib")!.Message, StringComparison.Ordinal);
        _folder.File("self.dib", "#!csharp\n#!import self.dib");
        Assert.Contains("imports itself", Execute("#!import self.dib")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_assembly_is_named_with_its_line() =>
        Assert.Contains("absent.dll", Execute("\n#r \"absent.dll\"") is { Line: 2 } error ? error.Message : "", StringComparison.Ordinal);

    [Fact]
    public void A_package_that_EmbedKit_does_not_bring_is_restored_and_used()
    {
        var cached = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages", "commandlineparser", "2.9.1");
        Assert.SkipUnless(Directory.Exists(cached), "CommandLineParser 2.9.1 is not in the NuGet cache, and tests ask the network for nothing.");
        var error = Execute("#r \"nuget: CommandLineParser, 2.9.1\"\nusing CommandLine;\nParser.Default.Settings.MaximumDisplayWidth > 0");
        Assert.True(error is null, error?.Message);
        Assert.Equal("True", Assert.IsType<ValueOutput>(_outputs[^1])["text/plain"]);
    }

    [Fact]
    public void A_package_that_cannot_be_had_says_so_in_one_line()
    {
        const string Code = "#r \"nuget: EmbedKit.No.Such.Package, 99.0.0\"";
        Assert.NotNull(Execute(Code));
        var error = Execute(Code)!;
        Assert.Equal(("PackageError", 1), (error.Name, error.Line));
        Assert.StartsWith("#r \"nuget: EmbedKit.No.Such.Package, 99.0.0\" could not be restored (error NU", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private ErrorOutput? Execute(string code) => _session.Execute(code, _outputs.Add, TestContext.Current.CancellationToken);
}
