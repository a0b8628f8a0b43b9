using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>Makes a user's own labels table ready: a leak-free split where it has none, and the split by image that the paper would draw.</summary>
internal static class OwnLabels
{
    /// <summary>Reads the table and adds <c>split</c> (grouped, stratified, about 70/10/20) and <c>split_published</c> (by image, 80/20) where they
    /// are missing.</summary>
    /// <exception cref="InputException">No such file, no label column, or two spellings of one class.</exception>
    internal static TextTable Prepare(string path, RandomStreams random)
    {
        var dataset = LabelledDataset.Read(path);
        var table = dataset.Table;
        foreach (var column in dataset.LabelColumns)
        {
            CellMeaning.CheckSpellings(table, column);
        }

        var classes = dataset.LabelColumns is [var first, ..]
            ? CellMeaning.Values(table[first])
            : throw new InputException($"{path}: no column named {LabelledDataset.LabelPrefix}…; expected at least one label column.");
        if (dataset.Splits is null)
        {
            var split = GroupedSplit.Assign(dataset.Groups ?? dataset.Ids, classes, new(), random.Create("split/own"), table);
            GroupedSplit.SayUnlearned($"{table.Source}: {first}", classes, split);
            table = table.With(LabelledDataset.SplitColumn, split.Texts());
        }

        return table.Contains(LabelledDataset.PublishedSplitColumn)
            ? table
            : table.With(LabelledDataset.PublishedSplitColumn, RowSplit.Assign(classes, 0.2, random.Create("split published/own")).Texts());
    }
}
