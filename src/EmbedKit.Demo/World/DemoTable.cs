using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The labels table of a demo data set.</summary>
internal static class DemoTable
{
    /// <summary>Gathers the rows and adds both splits: leak-free by group (about 70/10/20), and as published by row (80/20).</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="samples">Its rows, of which there is at least one.</param>
    /// <param name="streams">The run's random streams.</param>
    public static TextTable Build(DemoDataset dataset, IEnumerable<DemoSample> samples, RandomStreams streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var rows = samples.ToList();
        List<string> names = [LabelledDataset.IdColumn, LabelledDataset.TextColumn, LabelledDataset.PublishedTextColumn];
        List<string[]> columns = [Cells(rows, r => r.Id), Cells(rows, r => r.Text), Cells(rows, r => r.PublishedText)];
        void Add(string name, string[] cells)
        {
            names.Add(name);
            columns.Add(cells);
        }

        for (var i = 0; i < rows[0].Labels.Count; i++)
        {
            Add(rows[0].Labels[i].Column, Cells(rows, r => r.Labels[i].Cell));
        }

        // The last label is the finest, and splits that keep its shares keep the others'.
        var classes = columns[^1];
        var groups = Cells(rows, r => r.Group);
        var metadata = new TextTable(
            [.. rows[0].Metadata.Select(m => m.Column)], [.. rows[0].Metadata.Select((_, i) => Cells(rows, r => r.Metadata[i].Cell))]);
        Add(LabelledDataset.GroupColumn, groups);
        Add(LabelledDataset.SplitColumn, GroupedSplit.Assign(groups, classes, new(), streams.Create($"split/{dataset.Text()}"), metadata).Texts());
        Add(LabelledDataset.PublishedSplitColumn, RowSplit.Assign(classes, 0.2, streams.Create($"split published/{dataset.Text()}")).Texts());
        for (var i = 0; i < rows[0].Metadata.Count; i++)
        {
            Add(metadata.ColumnNames[i], metadata.Columns[i]);
        }

        return new(names, columns, "labels.csv");
    }

    private static string[] Cells(List<DemoSample> rows, Func<DemoSample, string> cell) => [.. rows.Select(cell)];
}
