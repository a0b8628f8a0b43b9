using System.Globalization;
using EmbedKit.Charts.Report;
using EmbedKit.Data;
using EmbedKit.Experiments;

namespace EmbedKit.Cli.Reproduce;

/// <summary>What the data are, and which rows of a group land on both sides of the published split.</summary>
internal static class DataSection
{
    internal static ReportSection Create(Reproduction run)
    {
        var datasets = run.Plan.Tasks.Select(t => t.Dataset).Distinct().ToArray();
        var rows = new List<IReadOnlyList<string>>();
        var shared = new List<string>();
        foreach (var name in datasets)
        {
            var dataset = run.Labels(name);
            var labels = run.Plan.Tasks.Where(t => t.Dataset == name).Select(t => $"{t.Label}: {dataset.Table[t.Label].Distinct().Count()} classes");
            var (sharing, test) = TestRowsSharingAGroup(dataset);
            rows.Add([name, Count(dataset.Count), dataset.Groups is { } g ? Count(g.Distinct().Count()) : "–", string.Join("; ", labels), test > 0 ? $"{Count(sharing)} of {Count(test)}" : "–"]);
            if (sharing > 0)
            {
                shared.Add($"{name}: in the split by image, as the paper splits, {Count(sharing)} of {Count(test)} test rows share a group (lesion, patient, city) with a training row. The grouped split has none.");
            }
        }

        return new()
        {
            Id = "data",
            Title = "Data and splits",
            Question = "What goes in, and does the split keep the same lesion, patient or city on one side?",
            Findings = shared,
            Tables = [new("Data sets of this run", ["data set", "rows", "groups", "labels", "test rows sharing a group with training, split by image"], rows)],
            Files = [.. datasets.Select(d => run.Link(run.LabelsPath(d))).Select(f => new ReportLink(f, f))],
        };
    }

    private static (int Sharing, int Test) TestRowsSharingAGroup(LabelledDataset dataset)
    {
        if (dataset.Groups is not { } groups || !dataset.Table.Contains(Protocols.SplitAssignment.PublishedSplitColumn))
        {
            return (0, 0);
        }

        var splits = dataset.Table[Protocols.SplitAssignment.PublishedSplitColumn];
        var training = groups.Where((_, i) => splits[i] == "train").ToHashSet(StringComparer.Ordinal);
        var test = groups.Where((_, i) => splits[i] == "test").ToArray();
        return (test.Count(training.Contains), test.Length);
    }

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
