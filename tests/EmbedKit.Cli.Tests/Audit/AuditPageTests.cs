using EmbedKit.Cli.Audit;
using EmbedKit.Data;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Tests.Audit;

public class AuditPageTests
{
    [Theory]
    [InlineData("", "", "No leak was found. Looked at: 30 rows in 30 groups.")]
    [InlineData("group", "", "1 leak was found. Looked at: 30 rows in 30 groups.")]
    [InlineData("group,text", "", "2 leaks were found. Looked at: 30 rows in 30 groups.")]
    [InlineData("group,text", "text", "1 leak was found, and 1 allowed. Looked at: 30 rows in 30 groups.")]
    [InlineData("group", "group", "Every leak that was found (1) was allowed. Looked at: 30 rows in 30 groups.")]
    public void The_first_sentence_counts_what_was_found_and_what_was_allowed(string found, string allowed, string expected)
    {
        static LeakKind[] Kinds(string names) => [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(LeakKindText.Parse)];
        string[] ids = [.. Enumerable.Range(0, 30).Select(i => $"i{i}")];
        var report = LeakAudit.Run(
            new(["image_id", "label_x"], [ids, [.. ids.Select((_, i) => i % 2 == 0 ? "a" : "b")]]), null, new RandomStreams(0),
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(
            expected,
            AuditPage.Verdict(report with { Leaks = [.. Kinds(found).Select(k => new Leak(k, "f", "label_x", 0.9, 0.5, 3, "it is", "mend it"))] },
                Kinds(allowed).ToHashSet()));
    }
}
