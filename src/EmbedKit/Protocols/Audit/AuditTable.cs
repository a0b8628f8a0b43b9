using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>A labels table with its columns told apart: id, text, labels, group, split, and the fields that are left.</summary>
internal sealed class AuditTable
{
    /// <summary>Parts for cross-fitting; no group is in two of them.</summary>
    internal const int Folds = 5;

    private static readonly string[] LabelNames = ["label", "dx", "diagnosis", "class", "target", "diabetic_retinopathy", "DR_ICDR"];
    private static readonly string[] GroupNames =
        ["group_id", "lesion_id", "patient_id", "subject_id", "patient", "municipality_code", "municipality", "Municipality code"];
    private readonly List<string> _notes = [];

    internal AuditTable(TextTable table, AuditOptions options, SeededRandom random)
    {
        Table = table;
        var id = Choose(options.Id, IdColumn.Usual, "id");
        Ids = id is null ? [.. Enumerable.Range(0, table.RowCount).Select(r => $"row {table.FileRow(r)}")] : table[id];
        var text = Choose(options.Text, [LabelledDataset.TextColumn], "text");
        Texts = text is null ? null : table[text];
        TextColumn = text;
        Labels = ChooseLabels(options);
        var group = Choose(options.Group, GroupNames.Except(Labels), "group");
        GroupColumn = group;
        GroupNamesOfRows = group is null ? Ids : CellMeaning.Groups(table, group, say: true);
        (Groups, GroupCount) = GroupProfiles.Codes(GroupNamesOfRows);
        var split = Choose(options.Split, [LabelledDataset.SplitColumn], "split");
        Splits = split is null ? null
            : [.. table[split].Select((cell, r) => SplitText.Parse(cell, $"{table.Source} row {table.FileRow(r)}, column '{split}'"))];
        foreach (var column in options.RecordedWithLabel.Concat(options.Sites))
        {
            _ = table[column];
        }

        var notFields = new HashSet<string>(
            [LabelledDataset.PathColumn, LabelledDataset.TextColumn, LabelledDataset.PublishedTextColumn, LabelledDataset.PublishedSplitColumn,
                LabelledDataset.SplitColumn, .. Labels], StringComparer.Ordinal);
        RoleColumns = [.. new[] { id, text, group, split }.OfType<string>()];
        notFields.UnionWith(RoleColumns);
        Fields = [.. table.ColumnNames.Where(c => !notFields.Contains(c) && !c.StartsWith(LabelledDataset.LabelPrefix, StringComparison.Ordinal))];
        var order = new int[GroupCount];
        for (var g = 0; g < GroupCount; g++)
        {
            order[g] = g;
        }

        random.Shuffle(order);
        FoldOfRow = [.. Groups.Select(g => order[g] % Folds)];
        AddNotes(id, text, split);
    }

    internal TextTable Table { get; }

    internal int Count => Table.RowCount;

    internal string[] Ids { get; }

    /// <summary>The columns that hold ids, texts, groups and splits.</summary>
    internal IReadOnlyList<string> RoleColumns { get; }

    internal string? TextColumn { get; }

    internal string[]? Texts { get; }

    internal IReadOnlyList<string> Labels { get; }

    internal string? GroupColumn { get; }

    internal string[] GroupNamesOfRows { get; }

    /// <summary>The group of each row, 0 … <see cref="GroupCount"/> − 1; each row its own without a group column.</summary>
    internal int[] Groups { get; }

    internal int GroupCount { get; }

    internal Split[]? Splits { get; }

    internal int[] FoldOfRow { get; }

    /// <summary>Columns that are none of the above: what the audit judges.</summary>
    internal IReadOnlyList<string> Fields { get; }

    internal IReadOnlyList<string> Notes => _notes;

    private string? Choose(string? asked, IEnumerable<string> usual, string role)
    {
        if (asked is not null)
        {
            _ = Table[asked];
            return asked;
        }

        var names = usual.ToArray();
        var found = names.FirstOrDefault(Table.Contains);
        if (found is not null && found != names[0])
        {
            _notes.Add($"'{found}' is taken as the {role} column; another one is named by --{role}.");
        }

        return found;
    }

    private string[] ChooseLabels(AuditOptions options)
    {
        if (options.Labels.Count > 0)
        {
            foreach (var label in options.Labels)
            {
                _ = Table[label];
            }

            return [.. options.Labels.Distinct()];
        }

        var named = LabelledDataset.LabelColumnsOf(Table);
        return named.Length == 1 ? named
            : named.Length > 1
            ? throw new InputException(
                $"{Table.Source}: label columns {string.Join(", ", named)}; choose by --label COL (it may be given more than once).")
            : [Choose(null, ["", .. LabelNames], "label")
                ?? throw new InputException(
                    $"{Table.Source}: no column begins with '{LabelledDataset.LabelPrefix}'; name the label by --label COL. There are: "
                        + $"{string.Join(", ", Table.ColumnNames.Take(20))}.")];
    }

    private void AddNotes(string? id, string? text, string? split)
    {
        if (id is null)
        {
            _notes.Add("There is no id column: rows are named by their number in the file.");
        }
        else if (Ids.GroupBy(LooseId.Key, StringComparer.Ordinal).Where(g => g.Skip(1).Any()).ToArray() is [var first, ..] twice)
        {
            _notes.Add($"{NumberText.Count(twice.Length, "id stands", "ids stand")} in more than one row, the first '{first.First()}'.");
        }

        if (text is null)
        {
            _notes.Add("There is no text column: every field is judged as if it were written into the text.");
        }

        if (GroupColumn is null)
        {
            _notes.Add("There is no group column (--group): every row counts as independent, and groups across splits cannot be checked.");
        }

        if (split is null)
        {
            _notes.Add("There is no split column (--split, --split-file): groups, duplicates and fits across splits cannot be checked.");
        }
    }
}
