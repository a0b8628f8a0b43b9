using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>One label column as class numbers, and which rows count as independent.</summary>
internal sealed class LabelTarget
{
    private const int MostClasses = 200, FewestUnits = 10;
    private readonly bool _withinGroups;
    private readonly AuditTable _table;

    internal LabelTarget(AuditTable table, string column)
    {
        (_table, Column) = (table, column);
        var cells = CellMeaning.Values(table.Table[column]);
        CellMeaning.CheckSpellings(table.Table, column);
        Classes = [.. cells.Where(c => c.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (Classes.Length is < 2 or > MostClasses)
        {
            var found = Classes.Length switch { 0 => "no filled cell", 1 => $"only '{Classes[0]}'", var n => $"{n} different values" };
            throw new InputException(
                $"{table.Table.Source}: label column '{column}' holds {found}; expected 2 to {MostClasses} classes. Name another by --label.");
        }

        var index = Classes.Select((c, i) => (c, i)).ToDictionary(c => c.c, c => c.i, StringComparer.Ordinal);
        OfRow = [.. cells.Select(c => index.GetValueOrDefault(c, -1))];
        Rows = [.. Enumerable.Range(0, OfRow.Length).Where(r => OfRow[r] >= 0)];
        var several = Rows.GroupBy(r => table.Groups[r]).Where(g => g.Skip(1).Any()).ToArray();
        _withinGroups = 2 * several.Count(g => g.Any(r => OfRow[r] != OfRow[g.First()])) > several.Length;
        Units = _withinGroups ? Rows : [.. Rows.DistinctBy(r => table.Groups[r])];
        UnitsOfClass = new int[Classes.Length];
        foreach (var row in Units)
        {
            UnitsOfClass[OfRow[row]]++;
        }
    }

    internal string Column { get; }

    internal string[] Classes { get; }

    /// <summary>The class of each row of the table; −1 where the cell is empty.</summary>
    internal int[] OfRow { get; }

    /// <summary>Rows that have a label.</summary>
    internal int[] Rows { get; }

    /// <summary>
    /// Rows that count as independent in tests of significance: the first of each group, since images of one lesion repeat each other; all of
    /// them where most groups hold several classes (weeks of one city).
    /// </summary>
    internal int[] Units { get; }

    /// <summary>How many of <see cref="Units"/> each class has.</summary>
    internal int[] UnitsOfClass { get; }

    /// <summary>Whether a class is judged by itself: it has units enough, and so have the others together.</summary>
    internal bool IsJudged(int c) => UnitsOfClass[c] >= FewestUnits && Units.Length - UnitsOfClass[c] >= FewestUnits;

    /// <summary>
    /// The classes as if they had nothing to do with the rows: each group takes the class of a group drawn without replacement; where groups hold
    /// several classes, rows exchange theirs within their group.
    /// </summary>
    internal int[] Exchanged(SeededRandom random)
    {
        var exchanged = (int[])OfRow.Clone();
        if (_withinGroups)
        {
            foreach (var group in Rows.GroupBy(r => _table.Groups[r]))
            {
                int[] own = [.. group];
                int[] drawn = [.. own];
                random.Shuffle(drawn);
                for (var i = 0; i < own.Length; i++)
                {
                    exchanged[own[i]] = OfRow[drawn[i]];
                }
            }

            return exchanged;
        }

        int[] units = [.. Units];
        random.Shuffle(units);
        var classOfGroup = new int[_table.GroupCount];
        for (var u = 0; u < units.Length; u++)
        {
            classOfGroup[_table.Groups[Units[u]]] = OfRow[units[u]];
        }

        foreach (var row in Rows)
        {
            exchanged[row] = classOfGroup[_table.Groups[row]];
        }

        return exchanged;
    }
}
