using EmbedKit.Demo;
using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public class ResultsSummaryTests
{
    private static readonly string[] Models = ["image", "text", "early", "early aligned", "late", "late aligned", "early shuffled"];

    [Fact]
    public void What_is_written_reads_back_and_is_written_alike()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            FusionResult[] results = [.. from task in DemoPlan.Full.Tasks.Take(1 + (seed % 5))
                                         from encoder in (string[])["clip", "dino+llama"]
                                         from protocol in (string[])["leak-free", "published"]
                                         from model in Models
                                         where seed % 3 > 0 || model != "early shuffled"
                                         select new FusionResult(
                                             task.Name, encoder, protocol, model, model.EndsWith(" aligned", StringComparison.Ordinal)
                                                 ? random.Next(-10, 11) / 10.0 : 0, random.NextDouble(), 0, 1, 0.5, null, 3)];
            var summary = ResultsSummary.Of(DemoPlan.Full, seed, results, []) with { Verdicts = new(seed % 2, seed % 3, seed % 5, seed % 7, 1) };
            var text = summary.ToMarkdown();
            Assert.Equal(text, ResultsSummary.Parse("before\n" + text + "\nafter").ToMarkdown());
            Assert.DoesNotContain("-0", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_without_alignment_says_so()
    {
        var summary = ResultsSummary.Of(DemoPlan.Quick, 0, [new("general.scene", "clip", "leak-free", "image", 0, 0.5, 0.5, 0.5, 0.5, null, 2)], []);
        Assert.Contains("Alignment with λ chosen on validation rows was not measured.", summary.Sentences(), StringComparison.Ordinal);
        Assert.StartsWith("Leak-free, fusion and single modalities were not both run.", summary.Sentences(), StringComparison.Ordinal);
        Assert.DoesNotContain("published protocol", summary.Sentences(), StringComparison.Ordinal);
        Assert.Equal(summary.ToMarkdown(), ResultsSummary.Parse(summary.ToMarkdown()).ToMarkdown());
        var empty = ResultsSummary.Of(DemoPlan.Quick, 0, [], []);
        Assert.Equal(empty.ToMarkdown(), ResultsSummary.Parse(empty.ToMarkdown()).ToMarkdown());
    }

    [Fact]
    public void The_README_says_what_its_own_tables_say()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFolder.Find("data"), "..", "README.md")).ReplaceLineEndings("\n");
        var block = readme.Split("<!-- results -->\n")[1].Split("<!-- end of results -->")[0];
        Assert.Equal(ResultsSummary.Parse(block).ToMarkdown(), block);
    }
}
