using System.Globalization;
using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Audit;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What the data are, and what the leakage audit finds in them: as the paper would use them, and leak-free.</summary>
/// <param name="run">The run.</param>
/// <param name="published">The published numbers.</param>
internal sealed class DataExperiment(Reproduction run, PublishedNumbers published) : Experiment
{
    private Audited[] _audited = [];

    /// <inheritdoc/>
    public override string Name => "audit";

    /// <inheritdoc/>
    public override void Measure() =>
        _audited = [.. run.Plan.Tasks.GroupBy(t => t.Dataset).Select(tasks => Audit(run, run.Labels(tasks.Key), [.. tasks.Select(t => t.Label)]))];

    /// <inheritdoc/>
    public override IEnumerable<ReportSection> Sections()
    {
        Audited[] split = [.. _audited.Where(a => a.AsPublished.TestRows > 0)];
        yield return new()
        {
            Id = "data",
            Title = "Data, prompts and splits",
            Question = "What goes in; do the texts tell the label, and does the split keep the same lesion, patient or city on one side?",
            Figures = split.Length == 0 ? [] : [new(
                "data-shared-groups",
                AuditCharts.Sharing([.. Ham10000(), .. split.SelectMany(Sharing)], run.Plan.Provenance, "Test rows that share a group with training"),
                "Published: the paper's own rows of HAM10000, " + PublishedNumbers.SharedLesionsSource
                    + ". Reproduced: the split by image here. Leak-free: the split of this run. "
                    + GroupSharing.InWords([.. split.SelectMany(Sharing)]))],
            Findings = [.. _audited.Select(Finding)],
            Tables =
            [
                new("Data sets of this run", ["data set", "rows", "groups", "labels"], [.. _audited.Select(a => (string[])[
                    a.Name, Count(a.LeakFree.Rows), Count(a.LeakFree.Groups),
                    string.Join(
                        "; ",
                        a.LeakFree.Balance.GroupBy(b => b.Label).Select(b => $"{b.Key}: {b.Select(c => c.Class).Distinct().Count()} classes"))])]),
                new("What the leakage audit finds (AUC: how well the field alone tells the label; chance: the same with labels exchanged)",
                    ["data set", "published text, split by image", "leak-free text, grouped split"],
                    [.. _audited.Select(a => (string[])[a.Name, Found(a.AsPublished), Found(a.LeakFree)])]),
            ],
            Files = [.. _audited.Select(a => run.Link(run.LabelsPath(a.Name))).Select(f => new ReportLink(f, f))],
        };
    }

    private static Audited Audit(Reproduction run, LabelledDataset dataset, string[] labels)
    {
        AuditReport Of(string text, string split) => LeakAudit.Run(
            dataset.Table,
            new() { Labels = labels, Text = dataset.Table.Contains(text) ? text : null, Split = dataset.Table.Contains(split) ? split : null },
            run.Random);
        return new(
            dataset.Name, Of(LabelledDataset.PublishedTextColumn, LabelledDataset.PublishedSplitColumn),
            Of(LabelledDataset.TextColumn, LabelledDataset.SplitColumn));
    }

    private IEnumerable<GroupSharing> Ham10000()
    {
        int Sum(string column) => (int)Enumerable.Range(0, published.SharedLesions.RowCount).Sum(r => published.SharedLesions.Number(column, r));
        return run.Plan.Tasks.Any(t => t.PaperDataset == "ham10000")
            ? [new("HAM10000 (real)", "published", Sum("sharing_a_lesion_with_training"), Sum("test_rows"))] : [];
    }

    private static GroupSharing[] Sharing(Audited a) => [.. new[] { ("reproduced", a.AsPublished), ("leak-free", a.LeakFree) }
        .Where(p => p.Item2.TestRows > 0)
        .Select(p => new GroupSharing(a.Name, p.Item1, p.Item2.TestRowsSharingGroupWithTrain ?? 0, p.Item2.TestRows!.Value))];

    private static string Finding(Audited a) =>
        $"{a.Name}: as published, the audit finds {AuditFindings.Kinds(a.AsPublished)}; in the leak-free text and grouped split it finds "
            + $"{AuditFindings.Kinds(a.LeakFree)}.";

    private static string Found(AuditReport report) =>
        report.Leaks.Count == 0 ? "none" : string.Join("; ", report.Leaks.Select(l => l.Kind == LeakKind.Group
            ? $"{Count(report.TestRowsSharingGroupWithTrain ?? l.Rows)} of {NumberText.Count(report.TestRows ?? report.Rows, "test row")} "
                + "sharing a group with training"
            : $"{l.Kind.Text()}: {l.Field}{(l.Label is null ? "" : $" tells {l.Label}")}"
                + $"{(l.Auc is { } auc ? string.Create(CultureInfo.InvariantCulture, $" (AUC {auc:0.00}, chance {l.Baseline:0.00})") : "")}"));

    private static string Count(int number) => NumberText.Count(number);

    /// <summary>A data set audited twice.</summary>
    private sealed record Audited(string Name, AuditReport AsPublished, AuditReport LeakFree);
}
