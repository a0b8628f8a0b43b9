using System.Text.RegularExpressions;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Tests;

/// <summary>The numbered notebooks run on the quick plan, in one fresh folder of results, and their folded solutions run after them.</summary>
[Trait("Tier", "slow")]
public sealed partial class NumberedNotebooksTests(NumberedNotebooksTests.SharedResults results) : IClassFixture<NumberedNotebooksTests.SharedResults>
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.EnumerateFiles(RepositoryFolder.Find("notebooks"), "*.dib").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    /// <summary>Notebooks that show a table beside a sentence about it, which can therefore be counted again; the others print what tests of the
    /// library count.</summary>
    private static readonly string[] WithSentences = ["00", "01", "03", "04", "07", "08", "09", "10", "13"];

    /// <summary>Results that the notebooks share, as a reader's do.</summary>
    public sealed class SharedResults : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        internal string Path => System.IO.Path.Combine(_folder.Path, "results");

        public void Dispose() => _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void It_asks_a_question_declares_its_parameters_and_ends_in_three_exercises_with_folded_solutions(string name)
    {
        var cells = Read(name).Cells;
        Assert.True(cells[0].IsMarkdown);
        Assert.Matches(new Regex(@"^# \d\d · .+\n\n\*\*Question\.\*\* [^\n]+\?"), cells[0].Content);
        Assert.Equal(
            "// parameters\nvar Results = \"../out-quick\";\nvar Quick = true;\nvar Seed = 0;",
            cells.First(c => c.IsCode && c.Content.StartsWith("// ", StringComparison.Ordinal)).Content);
        Assert.Contains(cells, c => c.IsMarkdown && c.Content.Contains("**Try next.**", StringComparison.Ordinal));
        Assert.Contains(cells, c => c.IsMarkdown && c.Content.Contains("Published | reproduced | leak-free", StringComparison.Ordinal));

        var last = cells[^1];
        Assert.StartsWith("## Check yourself", last.Content, StringComparison.Ordinal);
        Assert.Equal(3, Exercise().Count(last.Content));
        Assert.Equal(3, Solution().Count(last.Content));
        Assert.All(Solution().Matches(last.Content), s => Assert.Single(Code().Matches(s.Value)));
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void It_runs_to_its_end_and_so_do_its_solutions(string name)
    {
        using var folder = new TemporaryFolder();
        var notebook = Read(name);
        var solutions = Solution().Matches(notebook.Cells[^1].Content)
            .Select(s => new DibCell(DibKernels.CSharp, Code().Match(s.Value).Groups[1].Value.Trim('\n')));
        var path = folder.File(name, DibWriter.ToText(notebook with { Cells = [.. notebook.Cells, .. solutions] }));
        var options = new NotebookRunOptions { Parameters = new Dictionary<string, string> { ["Results"] = results.Path } };

        var executed = NotebookRunner.Run(path, options, null, TestContext.Current.CancellationToken);

        Assert.Null(executed.Failure?.ToString());
        Assert.All(executed.Cells.TakeLast(3), cell => Assert.NotEmpty(cell.Outputs));
        Assert.Contains("synthetic demo data", HtmlWriter.ToText(executed, new()), StringComparison.Ordinal);
        Assert.Equal(WithSentences.Contains(name[..2]), NotebookSentences.Check(IpynbWriter.ToText(executed)) > 0);
    }

    [Fact]
    public void In_full_mode_too_their_sentences_agree_with_their_tables()
    {
        var folder = Environment.GetEnvironmentVariable("EMBEDKIT_REPRODUCED");
        Assert.SkipWhen(folder is null, "needs a full run: ./embedkit reproduce --out out, then EMBEDKIT_REPRODUCED=$PWD/out dotnet test");
        var notebooks = Directory.GetFiles(Path.Combine(folder!, "notebooks"), "*.ipynb");
        Assert.NotEmpty(notebooks);
        Assert.All(
            notebooks,
            path => Assert.Equal(WithSentences.Contains(Path.GetFileName(path)[..2]), NotebookSentences.Check(File.ReadAllText(path)) > 0));
    }

    private static DibNotebook Read(string name) => DibParser.Read(Path.Combine(RepositoryFolder.Find("notebooks"), name));

    [GeneratedRegex(@"^\*\*\d\.\*\* ", RegexOptions.Multiline)]
    private static partial Regex Exercise();

    [GeneratedRegex("<details><summary>Solution</summary>.*?</details>", RegexOptions.Singleline)]
    private static partial Regex Solution();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();
}
