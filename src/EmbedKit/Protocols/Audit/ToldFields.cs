using EmbedKit.Data;
namespace EmbedKit.Protocols.Audit;

/// <summary>Which fields the text repeats, and by which words.</summary>
internal sealed class ToldFields
{
    private const double Agreement = 0.98;
    private const int FewestRows = 5;
    private readonly Dictionary<int, string> _fieldOfFeature = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    private ToldFields()
    {
    }

    /// <summary>
    /// A field is told when each of its values, but for one at most or for a tenth of the rows, has a word or pair that nearly all rows of
    /// that value hold and nearly no others; or when its cell stands in nearly every row's own text and seldom in another row's.
    /// </summary>
    internal static ToldFields Find(AuditTable table, TextFeatures features, IReadOnlyList<FieldCodes> fields)
    {
        var told = new ToldFields();
        var together = new int[features.Names.Length];
        foreach (var field in fields)
        {
            var rows = Enumerable.Range(0, field.OfRow.Length).ToLookup(r => field.OfRow[r]);
            var matched = 0;
            var unmatched = new List<int>();
            var phrases = new List<int>();
            for (var value = 0; value < field.Values.Length; value++)
            {
                var count = rows[value].Count();
                if (count < FewestRows)
                {
                    continue;
                }

                var found = Matching(rows[value], count, features, together);
                phrases.AddRange(found);
                matched += found.Count > 0 ? count : 0;
                if (found.Count == 0)
                {
                    unmatched.Add(count);
                }
            }

            if (phrases.Count > 0 && (unmatched.Count <= 1 || matched >= 0.9 * table.Count))
            {
                told.Add(field.Name, phrases);
            }
            else if (RepeatsCells(table, field))
            {
                told._told.Add(field.Name);
            }
        }

        return told;
    }

    /// <summary>Without a text every feature is a field's.</summary>
    internal static ToldFields Everything(IReadOnlyList<FieldCodes> fields)
    {
        var told = new ToldFields();
        var next = 0;
        foreach (var field in fields)
        {
            told.Add(field.Name, Enumerable.Range(next, field.Values.Length));
            next += field.Values.Length;
        }

        return told;
    }

    internal bool Contains(string field) => _told.Contains(field);

    internal string? FieldOf(int feature) => _fieldOfFeature.GetValueOrDefault(feature);

    private void Add(string field, IEnumerable<int> phrases)
    {
        _told.Add(field);
        foreach (var phrase in phrases)
        {
            _fieldOfFeature.TryAdd(phrase, field);
        }
    }

    private static List<int> Matching(IEnumerable<int> rows, int count, TextFeatures features, int[] together)
    {
        Array.Clear(together);
        foreach (var row in rows)
        {
            foreach (var feature in features.OfRow[row])
            {
                together[feature]++;
            }
        }

        var found = new List<int>();
        for (var f = 0; f < together.Length; f++)
        {
            if (together[f] >= Agreement * count && together[f] >= Agreement * features.RowCounts[f])
            {
                found.Add(f);
            }
        }

        return found;
    }

    private static bool RepeatsCells(AuditTable table, FieldCodes field)
    {
        if (table.Texts is null || field.Values.Length < 3)
        {
            return false;
        }

        var cells = table.Table[field.Name];
        int[] filled = [.. Enumerable.Range(0, cells.Length).Where(r => !field.Missing[r])];
        int own = 0, others = 0, different = 0;
        for (var i = 0; i < filled.Length; i++)
        {
            var (row, other) = (filled[i], filled[(i + (filled.Length / 2)) % filled.Length]);
            own += Holds(table.Texts[row], cells[row]) ? 1 : 0;
            if (cells[row] != cells[other])
            {
                different++;
                others += Holds(table.Texts[other], cells[row]) ? 1 : 0;
            }
        }

        return filled.Length > 0 && own >= Agreement * filled.Length && different > 0 && others <= 0.2 * different;
    }

    private static bool Holds(string text, string cell)
    {
        var wanted = cell.Trim();
        for (var at = text.IndexOf(wanted, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(
            wanted, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + wanted.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}
