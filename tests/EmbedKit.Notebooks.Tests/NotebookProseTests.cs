using System.Text.RegularExpressions;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Tests;

/// <summary>
/// Text is written once and numbers are made anew, so no text may say how a run comes out. A sentence that could (it compares, or has a decimal,
/// a percentage or a colour) must stand in <c>prose.txt</c> with why no run can contradict it; a result belongs in a sentence that code makes.
/// </summary>
public sealed partial class NotebookProseTests
{
    private static readonly string[] Reasons = ["arithmetic", "definition", "legend", "mechanism", "published", "task"];

    [Fact]
    public void No_sentence_of_the_notebooks_foretells_a_result()
    {
        var listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "prose.txt")).Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split(": ", 2)).ToArray();
        Assert.All(listed, l => Assert.Contains(l[0], Reasons));

        var found = Directory.EnumerateFiles(RepositoryFolder.Find("notebooks"), "*.dib").Order(StringComparer.Ordinal)
            .SelectMany(f => DibParser.Read(f).Cells.Where(c => c.IsMarkdown).SelectMany(c => Sentences(c.Content))).ToArray();

        Assert.NotEmpty(found);
        Assert.Equal([], found.Except(listed.Select(l => l[1])));
        Assert.Equal([], listed.Select(l => l[1]).Except(found));
    }

    [Theory]
    [InlineData("Fusion is usually the higher of the two.", true)]
    [InlineData("It loses 4.2 of them.", true)]
    [InlineData("The red bars are leaks.", true)]
    [InlineData("Is it higher?", false)]
    [InlineData("A model reads `0.5` of it.", false)]
    public void What_compares_or_measures_is_noticed(string sentence, bool noticed) => Assert.Equal(noticed, Sentences(sentence).Any());

    private static IEnumerable<string> Sentences(string markdown) => Hidden().Replace(markdown, "").Split('\n')
        .SelectMany(line => End().Split(line.Trim())).Where(s => !s.EndsWith('?') && Claim().IsMatch(Quoted().Replace(s, "")));

    [GeneratedRegex("```.*?```|<[^>]+>", RegexOptions.Singleline)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"(?<=[.?!:;])\s+")]
    private static partial Regex End();

    [GeneratedRegex(@"`[^`]*`|\[[^\]]*\]\([^)]*\)")]
    private static partial Regex Quoted();

    [GeneratedRegex(
        @"\b(higher|lower|highest|lowest|larger|smaller|largest|smallest|better|worse|worst|usually|often|rarely|hardly|nearly|almost|clearly|near|farther|falls?|rises?|gains?|loses?"
        + @"|beats?|wins?|approaches|overlap|thirds?|half|points|red|orange|grey|blue|green|at best|at least)\b|\d\s?%|\d\.\d|\d,\d{3}",
        RegexOptions.IgnoreCase)]
    private static partial Regex Claim();
}
