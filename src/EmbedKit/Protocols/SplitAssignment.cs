using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols;

/// <summary>Decides which rows train, choose the epoch, and measure.</summary>
public static class SplitAssignment
{
    /// <summary>The share of training groups (of rows, where the split is by image) that choose the epoch where a set has no <c>val</c>
    /// rows.</summary>
    public const double ValidationShare = 0.15;

    /// <summary>The set with the split the rules ask for.</summary>
    /// <param name="set">A set with a split column.</param>
    /// <param name="labels">The label columns; validation rows are drawn alike from every class.</param>
    /// <param name="leaks">The rules.</param>
    /// <param name="random">The stream <c>validation</c> draws the groups.</param>
    /// <returns>The set, and a remark where rows were moved.</returns>
    /// <exception cref="InputException">There is no split column, no training or test row, or (unless the split is published) a group on two
    /// sides.</exception>
    public static (EmbeddingSet Set, string? Note) Assign(EmbeddingSet set, IReadOnlyList<string> labels, LeakOptions leaks, RandomStreams random)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(leaks);
        ArgumentNullException.ThrowIfNull(random);
        var byImage = leaks.PublishedSplit && set.Table.Contains(LabelledDataset.PublishedSplitColumn);
        if (!leaks.PublishedSplit)
        {
            CheckGroups(set);
        }
        else if (byImage)
        {
            set = WithSplit(set, set.Table[LabelledDataset.PublishedSplitColumn]);
        }

        var training = set.RowsOf(Split.Train);
        foreach (var (name, rows) in (IEnumerable<(string, int[])>)[("train", training), ("test", set.RowsOf(Split.Test))])
        {
            if (rows.Length == 0)
            {
                throw new InputException($"{set.Table.Source}: no row has split '{name}'; expected some.");
            }
        }

        if (leaks.SelectEpochOnTest || set.RowsOf(Split.Validation).Length > 0)
        {
            return (set, null);
        }

        // A split by image is by image throughout: whole groups taken from training would close half of that leak.
        var groups = byImage ? null : set.Groups;
        var chosen = DrawGroups(set, groups ?? set.Ids, labels, training, random.Create("validation"));
        var splits = set.Splits!.Texts();
        foreach (var row in chosen)
        {
            splits[row] = Split.Validation.Text();
        }

        var by = byImage ? "rows (the split is by image)" : groups is null ? "rows (there is no group_id)" : "groups";
        return (WithSplit(set, splits), FormattableString.Invariant(
            $"{set.Table.Source}: no 'val' rows; {100 * ValidationShare:0} % of the training {by}, stratified, choose the epoch: ") +
            FormattableString.Invariant($"{chosen.Length} of {training.Length} rows."));
    }

    /// <summary>Refuses a split that cuts groups: test rows would then resemble training rows more than rows to come ever will.</summary>
    private static void CheckGroups(EmbeddingSet set)
    {
        if (set.Groups is not { } groups || set.Splits is not { } splits)
        {
            return;
        }

        CellMeaning.SayGroups(set.Table, LabelledDataset.GroupColumn, groups);
        var cut = GroupOverlap.Cut(groups, splits);
        if (cut.Length > 0)
        {
            throw new InputException(
                $"{set.Table.Source}: {NumberText.Count(cut.Length, "group")} ({NumberText.Count(cut.Sum(rows => rows.Count()), "row")}), e.g. "
                    + $"'{cut[0].Key}', on several sides of the split; " +
                "expected each on one, or test scores are too good. Split anew by group with 'embedkit data split', or ask for --protocol "
                    + "published.");
        }
    }

    /// <summary>Whole groups of training rows that look like all of them. A class that one group has keeps it for training: a model cannot learn what
    /// it never sees.</summary>
    private static int[] DrawGroups(EmbeddingSet set, string[] groups, IReadOnlyList<string> labels, int[] training, SeededRandom random)
    {
        var table = set.Table.Select(training);
        var columns = labels.Select(l => CellMeaning.Values(table[l])).ToArray();
        string[] own = [.. training.Select(r => groups[r])], classes = [.. training.Select((_, i) => string.Join('\n', columns.Select(c => c[i])))];
        if (own.Distinct(StringComparer.Ordinal).Count() < 2 || own.Zip(classes).Distinct().CountBy(pair => pair.Second).All(c => c.Value < 2))
        {
            throw new InputException(
                $"{set.Table.Source}: too few training groups to set some aside for choosing the epoch; expected a 'val' split, or two groups of a "
                    + "class.");
        }

        var split = GroupedSplit.Assign(own, classes, new() { TestFraction = ValidationShare, ValidationFraction = 0 }, random, table);
        return [.. training.Where((_, i) => split[i] == Split.Test)];
    }

    /// <summary>The same rows under another split, whichever the rules read.</summary>
    /// <param name="set">The rows.</param>
    /// <param name="splits">One a row, as written.</param>
    internal static EmbeddingSet WithSplit(EmbeddingSet set, string[] splits)
    {
        var table = set.Table.With(LabelledDataset.SplitColumn, splits);
        return set.With(table.Contains(LabelledDataset.PublishedSplitColumn) ? table.With(LabelledDataset.PublishedSplitColumn, splits) : table);
    }
}
