using System.Globalization;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// What a cell of a label or group column means, for every verb; the table of rules stands in data/README.md. Blanks around it do not count, nor
/// does .0 behind a whole number; an empty cell and the marks of <see cref="MissingCell"/> are missing values.
/// </summary>
public static class CellMeaning
{
    private const int PairsShown = 5;

    /// <summary>What the name of the group of a row without one begins with.</summary>
    private const string AlonePrefix = "no group: ";

    /// <summary>Whether a value is missing.</summary>
    /// <param name="cell">The cell's text.</param>
    public static bool IsMissing(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return MissingCell.Is(SameText.Trim(cell));
    }

    /// <summary>The class or group that a cell names: <c>a </c> is <c>a</c>, <c>0.0</c> is <c>0</c>; empty when the value is missing.</summary>
    /// <param name="cell">The cell's text.</param>
    public static string Value(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var value = SameText.Of(cell);
        return MissingCell.Is(value) ? "" : WithoutZeros(value);
    }

    /// <summary>The values of cells.</summary>
    /// <param name="cells">The cells' texts.</param>
    public static string[] Values(IEnumerable<string> cells) => [.. cells.Select(Value)];

    /// <summary>The group of each row. A row without one is alone: a missing value says nothing of what rows share.</summary>
    /// <param name="cells">The cells of the column (N).</param>
    /// <param name="ids">The ids of the rows (N), which name the groups of rows that are alone.</param>
    public static string[] Groups(IReadOnlyList<string> cells, IReadOnlyList<string> ids)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(ids);
        return [.. cells.Select((cell, row) => Value(cell) is { Length: > 0 } group ? group : AlonePrefix + ids[row])];
    }

    /// <summary>The same for a column of a table with ids; without ids, rows that are alone are named by their number.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">Its column of groups.</param>
    /// <param name="say">Whether to say how many rows are alone.</param>
    /// <exception cref="InputException">There is no such column.</exception>
    public static string[] Groups(TextTable table, string column = LabelledDataset.GroupColumn, bool say = false)
    {
        ArgumentNullException.ThrowIfNull(table);
        var groups = Groups(table[column], table.Contains(LabelledDataset.IdColumn)
            ? table[LabelledDataset.IdColumn]
            : [.. Enumerable.Range(0, table.RowCount).Select(r => string.Create(CultureInfo.InvariantCulture, $"row {table.FileRow(r)}"))]);
        if (say)
        {
            SayGroups(table, column, groups);
        }

        return groups;
    }

    /// <summary>Whether a group as <see cref="Groups(IReadOnlyList{string}, IReadOnlyList{string})"/> names it is that of a row without
    /// one.</summary>
    internal static bool IsAlone(string group) => group.StartsWith(AlonePrefix, StringComparison.Ordinal);

    /// <summary>Says how many rows have no group, once they are named, and which names of groups can hardly be told apart: their rows may end on two
    /// sides of a split.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">Its column of groups.</param>
    /// <param name="groups">The group of each row (N).</param>
    public static void SayGroups(TextTable table, string column, string[] groups)
    {
        if (groups.Count(IsAlone) is > 0 and var alone)
        {
            InputNotes.Say(
                $"{table.Source}: {column} is missing in "
                    + $"{NumberText.Count(alone, "row, which is a group of its own", "rows, each of which is a group of its own")}.");
        }

        var rowOf = RowOfEach(groups.Select(g => IsAlone(g) ? "" : g), table.RowCount);
        SayAlike(
            $"{table.Source}: {column} holds", table, rowOf, "groups", name => name.Length > 0 && name.All(char.IsAsciiDigit)
                ? name.TrimStart('0').PadLeft(1, '0') : name);
    }

    /// <summary>Says how many rows of those that are shared out have no label.</summary>
    /// <param name="source">The table's name.</param>
    /// <param name="labels">The classes of each label column, each with one value a row; empty where it is missing.</param>
    public static void SayUnlabelled(string source, IReadOnlyList<string[]> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (Enumerable.Range(0, labels[0].Length).Count(row => labels.Any(column => column[row].Length == 0)) is > 0 and var missing)
        {
            InputNotes.Say(
                $"{source}: the label is missing in {NumberText.Count(missing, "row")}, shared out like a class; train will ask to fill it in or "
                    + "leave the row out.");
        }
    }

    /// <summary>Says how many rows have no text.</summary>
    /// <param name="source">The table's name.</param>
    /// <param name="texts">The text of each row (N).</param>
    public static void SayTextless(string source, IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count(IsMissing) is > 0 and var missing)
        {
            InputNotes.Say(
                $"{source}: the text is missing in {NumberText.Count(missing, "row")}; embed will ask to fill it in or leave the row out.");
        }
    }

    /// <summary>Refuses two spellings of one number, and says where names can hardly be told apart (case, blanks, dashes, widths).</summary>
    /// <param name="table">The rows.</param>
    /// <param name="columns">A label column, or several that hold the same classes.</param>
    /// <exception cref="InputException">Two spellings of one number; both are named with their rows.</exception>
    public static void CheckSpellings(TextTable table, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        var rowOf = RowOfEach(columns.SelectMany(c => table[c].Select(Value)), table.RowCount);
        var place = $"{table.Source}: {string.Join(" and ", columns)} {(columns.Count == 1 ? "holds" : "hold")}";
        foreach (var twice in Alike(rowOf.Keys, NumberSpelling.Of))
        {
            throw new InputException($"{place} {Both(table, rowOf, twice)}, one number in two spellings; expected one spelling a class.");
        }

        SayAlike(place, table, rowOf, "classes", name => NumberSpelling.Of(name.Replace(',', '.')) ?? name);
    }

    private static void SayAlike(string place, TextTable table, Dictionary<string, int> rowOf, string kind, Func<string, string> number)
    {
        if (Alike(rowOf.Keys, name => number(SameText.Folded(name))).ToArray() is { Length: > 0 } pairs)
        {
            string[] shown = [.. pairs.Take(PairsShown).Select(pair => Both(table, rowOf, pair))];
            var more = pairs.Length > PairsShown ? $"; and {NumberText.Count(pairs.Length - PairsShown, "other pair")} like them" : "";
            InputNotes.Say(
                $"{place} {string.Join("; ", shown)}{more}, {(pairs.Length > 1 ? "each of which counts" : "which count")} as two {kind}; spell them "
                    + "alike if they are one.");
        }
    }

    private static Dictionary<string, int> RowOfEach(IEnumerable<string> values, int rows)
    {
        var rowOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (i, value) in values.Index())
        {
            rowOf.TryAdd(value, i % rows);
        }

        return rowOf;
    }

    private static IEnumerable<(string One, string Other)> Alike(IEnumerable<string> values, Func<string, string?> key) =>
        values.GroupBy(key, StringComparer.Ordinal).Where(g => g.Key is { Length: > 0 })
            .SelectMany(g => g.Skip(1).Select(other => (g.First(), other)));

    private static string Both(TextTable table, Dictionary<string, int> rowOf, (string One, string Other) values) =>
        $"'{SameText.Escaped(values.One)}' (row {table.FileRow(rowOf[values.One])}) and '{SameText.Escaped(values.Other)}' (row "
            + $"{table.FileRow(rowOf[values.Other])})";

    /// <summary>0 for 0.0, which is what tables become when one cell of a column is empty.</summary>
    private static string WithoutZeros(string value)
    {
        var point = value.IndexOf('.', StringComparison.Ordinal);
        return point > 0 && point < value.Length - 1 && value.AsSpan(point + 1).IndexOfAnyExcept('0') < 0
            && value.AsSpan(0, point).TrimStart('-') is { Length: > 0 } digits
            && digits.IndexOfAnyExceptInRange('0', '9') < 0 ? value[..point] : value;
    }
}
