using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Experiments;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public class AuditFindingsTests
{
    private static readonly TextTable Table = new(
        ["dx", "method"], [["mel", "mel", "nv", "nv", "bcc"], ["histo", "histo", "follow_up", "histo", "histo"]]);

    [Fact]
    public void The_majority_and_what_is_certain_are_counted()
    {
        Assert.Equal("3 of 4 rows are nv: always answering nv is right on 75 % of them.", AuditFindings.Majority(["nv", "mel", "nv", "nv"]));
        Assert.Equal(
            "One method throughout: bcc, mel always histo. So any other method rules these classes out.",
            AuditFindings.Certain(Table, "dx", "method"));
        Assert.Equal("No class has one method throughout.", AuditFindings.Certain(Table.Select([2, 3]), "dx", "method"));
    }

    [Fact]
    public void Fields_and_kinds_of_leaks_are_those_of_the_report()
    {
        var rows = Enumerable.Range(0, 60)
            .Select(i => (Label: i % 2 == 0 ? "sick" : "well", Place: i % 2 == 0 ? "ward" : "street", Group: $"g{i / 2}")).ToArray();
        var table = new TextTable(
            ["image_id", "label_x", "place", "text", "group_id", "split"],
            [[.. rows.Select((_, i) => $"{i}")], [.. rows.Select(r => r.Label)], [.. rows.Select(r => r.Place)],
                [.. rows.Select(r => $"Seen in the {r.Place}.")], [.. rows.Select(r => r.Group)],
                [.. rows.Select((_, i) => i % 4 == 0 ? "test" : "train")]]);
        var report = LeakAudit.Run(
            table, new() { Labels = ["label_x"], Text = "text", Split = "split" }, new RandomStreams(0),
            cancellation: TestContext.Current.CancellationToken);
        Assert.All(
            report.Leaks,
            l => Assert.Contains(l.Kind == LeakKind.Group ? "groups on both sides" : l.Field, AuditFindings.Kinds(report), StringComparison.Ordinal));
        Assert.Contains("Of the fields in the text place (AUC 1.00, chance", AuditFindings.Fields(report, "label_x"), StringComparison.Ordinal);
        Assert.Equal("none", AuditFindings.Kinds(report with { Leaks = [] }));
        Assert.Equal(
            "The text writes out no field of the table. The audit calls none a leak.",
            AuditFindings.Fields(report with { Leaks = [], Fields = [] }, "label_x"));
    }

    [Fact]
    public void Shared_groups_are_told_by_split() => Assert.Equal(
        "Reproduced: 3 of 10 (a), 0 of 5 (b) test rows share a group with training. Leak-free: no test row shares a group with training.",
        GroupSharing.InWords([new("a", "reproduced", 3, 10), new("b", "reproduced", 0, 5), new("a", "leak-free", 0, 10)]));
}
