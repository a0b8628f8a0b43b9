using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>Label cells as numbers. Learned from training rows alone, so that a class seen only in test rows is an error and not a silent extra
/// output.</summary>
public sealed class LabelEncoding
{
    private readonly Dictionary<string, int> _index;

    private LabelEncoding(TaskKind task, IReadOnlyList<string> columns, IReadOnlyList<string> classes)
    {
        (Task, Columns, Classes) = (task, columns, classes);
        _index = classes.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
    }

    /// <summary>What kind of label this is.</summary>
    public TaskKind Task { get; }

    /// <summary>The label columns: one, or several for <see cref="TaskKind.Multilabel"/>.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>
    /// Binary and multiclass: the distinct cells in ordinal order; of two, the second is the positive class. Multilabel: the column names
    /// as given, without a leading <c>label_</c>.
    /// </summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Outputs a model needs: 1 for binary, otherwise one a class or label.</summary>
    public int OutputCount => Task == TaskKind.Binary ? 1 : Classes.Count;

    /// <summary>
    /// Classes in the order that decides everywhere, whatever the order of rows or columns: ordinal, of two the second is the positive one.
    /// </summary>
    /// <param name="names">Class names; repeats count once.</param>
    public static string[] InOrder(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Learns the classes of one column, or checks several 0/1 columns.</summary>
    /// <param name="columns">One column, or at least two for multilabel.</param>
    /// <param name="trainingRows">The rows to learn from.</param>
    /// <exception cref="InputException">No column, an empty cell, a single class, or a multilabel cell other than 0 and 1.</exception>
    public static LabelEncoding Fit(IReadOnlyList<string> columns, TextTable trainingRows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(trainingRows);
        if (columns.Count == 0)
        {
            throw new InputException($"{trainingRows.Source}: no label column named; expected one, or several of 0 and 1.");
        }

        if (columns.Count > 1)
        {
            var encoding = new LabelEncoding(TaskKind.Multilabel, [.. columns], [.. columns.Select(WithoutPrefix)]);
            _ = encoding.EncodeMultilabel(trainingRows);
            return encoding;
        }

        string[] classes = InOrder(CheckFilled(trainingRows, columns[0]));
        CellMeaning.CheckSpellings(trainingRows, columns[0]);
        return classes.Length < 2
            ? throw new InputException(
                $"{trainingRows.Source}: column '{columns[0]}' holds only "
                    + $"{(classes.Length == 0 ? "no cells" : $"'{SameText.Escaped(classes[0])}'")} in the training "
                    + "rows; expected at least two classes.")
            : new(classes.Length == 2 ? TaskKind.Binary : TaskKind.Multiclass, [columns[0]], classes);
    }

    /// <summary>Restores an encoding that was stored with a model.</summary>
    /// <param name="task">The kind of label.</param>
    /// <param name="columns">The label columns.</param>
    /// <param name="classes">The classes, in the order of the model's outputs.</param>
    public static LabelEncoding Restore(TaskKind task, IReadOnlyList<string> columns, IReadOnlyList<string> classes) => new(task, columns, classes);

    /// <summary>Class indices (N), each a position in <see cref="Classes"/>; binary: 0 or 1.</summary>
    /// <param name="table">The rows.</param>
    /// <exception cref="InputException">An unknown class; the message names the row and the classes known.</exception>
    /// <exception cref="InvalidOperationException">The label is multilabel.</exception>
    public int[] Encode(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (Task == TaskKind.Multilabel)
        {
            throw new InvalidOperationException("Multilabel has no single class index; use EncodeMultilabel.");
        }

        return [.. CheckFilled(table, Columns[0]).Select((cell, row) => _index.TryGetValue(cell, out var index)
            ? index
            : throw new InputException(
                $"{table.Source} row {table.FileRow(row)}: {Columns[0]} is '{SameText.Escaped(cell)}', unknown from the training rows; "
                    + $"expected one of {SameText.Escaped(Classes)}."))];
    }

    /// <summary>Targets as 0 and 1, N×L row-major in the order of <see cref="Classes"/>; binary and multiclass give one-hot rows (L =
    /// classes).</summary>
    /// <param name="table">The rows.</param>
    /// <exception cref="InputException">An unknown class, or a multilabel cell other than 0 and 1.</exception>
    public float[] EncodeMultilabel(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var targets = new float[table.RowCount * Classes.Count];
        if (Task != TaskKind.Multilabel)
        {
            var indices = Encode(table);
            for (var row = 0; row < indices.Length; row++)
            {
                targets[(row * Classes.Count) + indices[row]] = 1;
            }

            return targets;
        }

        for (var label = 0; label < Columns.Count; label++)
        {
            var cells = table[Columns[label]];
            for (var row = 0; row < cells.Length; row++)
            {
                targets[(row * Columns.Count) + label] = CellMeaning.Value(cells[row]) switch
                {
                    "0" => 0,
                    "1" => 1,
                    _ => throw new InputException(
                        $"{table.Source} row {table.FileRow(row)}: {Columns[label]} is {Shown(cells[row])}; expected 0 or 1 (several label columns "
                            + "make a multilabel task)."),
                };
            }
        }

        return targets;
    }

    /// <summary>
    /// What is true as far as rows tell: as <see cref="Encode"/> and <see cref="EncodeMultilabel"/> give it, but −1 where a label is missing or
    /// unknown from the training rows (multilabel: in all labels of that row).
    /// </summary>
    /// <param name="table">Rows with the label columns.</param>
    /// <exception cref="InputException">A cell spells the number of a known class in another way: it would count as unknown.</exception>
    public int[] EncodeKnown(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        string[][] cells = [.. Columns.Select(c => CellMeaning.Values(table[c]))];
        if (Task != TaskKind.Multilabel)
        {
            return [.. cells[0].Select((value, row) => _index.TryGetValue(value, out var index) ? index
                : NumberSpelling.Of(value) is { } number && Classes.FirstOrDefault(c => NumberSpelling.Of(c) == number) is { } known
                    ? throw new InputException(
                        $"{table.Source} row {table.FileRow(row)}: {Columns[0]} is '{SameText.Escaped(value)}', the class "
                            + $"'{SameText.Escaped(known)}' in another spelling; expected "
                            + "one spelling a class.")
                    : -1)];
        }

        return [.. Enumerable.Range(0, table.RowCount).SelectMany(row => cells.All(c => c[row] is "0" or "1")
            ? cells.Select(c => c[row] == "1" ? 1 : 0)
            : cells.Select(_ => -1))];
    }

    private static string Shown(string cell) =>
        string.IsNullOrWhiteSpace(cell) ? "empty" : CellMeaning.IsMissing(cell) ? $"missing ('{cell.Trim()}')" : $"'{SameText.Escaped(cell)}'";

    private static string[] CheckFilled(TextTable table, string column)
    {
        var values = CellMeaning.Values(table[column]);
        var missing = Array.IndexOf(values, "");
        return missing < 0 ? values : throw new InputException(
            $"{table.Source} row {table.FileRow(missing)}: {column} is {Shown(table[column][missing])}; expected a class: fill it in, or leave the "
                + "row out.");
    }

    private static string WithoutPrefix(string column) =>
        column.StartsWith(LabelledDataset.LabelPrefix, StringComparison.Ordinal) ? column[LabelledDataset.LabelPrefix.Length..] : column;
}

/// <summary>What a label asks of a classifier.</summary>
public enum TaskKind
{
    /// <summary>One of two classes; one output.</summary>
    Binary,

    /// <summary>One of three or more classes; one output a class.</summary>
    Multiclass,

    /// <summary>Any subset of two or more labels; one output a label.</summary>
    Multilabel,
}
