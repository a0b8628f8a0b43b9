using EmbedKit.Data;
namespace EmbedKit.Protocols.Audit;

/// <summary>Words and pairs of neighbouring words, and which rows hold them. Case does not matter; underscores, points and commas inside numbers and
/// words stay.</summary>
internal sealed class TextFeatures
{
    private const int MostFeatures = 50_000;

    private TextFeatures(int[][] ofRow, string[] names)
    {
        (OfRow, Names) = (ofRow, names);
        RowCounts = new int[names.Length];
        foreach (var row in ofRow)
        {
            foreach (var feature in row)
            {
                RowCounts[feature]++;
            }
        }
    }

    /// <summary>The features of each row, each once.</summary>
    internal int[][] OfRow { get; }

    internal string[] Names { get; }

    /// <summary>Rows that hold each feature.</summary>
    internal int[] RowCounts { get; }

    /// <summary>Features of texts: those that at least three rows and not all rows hold, the most frequent 50,000.</summary>
    internal static TextFeatures OfTexts(IReadOnlyList<string> texts)
    {
        var words = new Dictionary<string, int>(StringComparer.Ordinal);
        var spelled = new List<string>();
        var index = new Dictionary<(int First, int Second), int>();
        var counts = new List<int>();
        var keys = new List<(int First, int Second)>();
        var rows = new int[texts.Count][];
        var own = new List<int>();
        var distinct = new Dictionary<string, int[]>(StringComparer.Ordinal);
        for (var r = 0; r < rows.Length; r++)
        {
            if (!distinct.TryGetValue(texts[r], out var features))
            {
                own.Clear();
                var previous = -1;
                foreach (var word in Words(texts[r]))
                {
                    if (!words.TryGetValue(word, out var number))
                    {
                        words[word] = number = spelled.Count;
                        spelled.Add(word);
                    }

                    own.Add(Feature((number, -1)));
                    if (previous >= 0)
                    {
                        own.Add(Feature((previous, number)));
                    }

                    previous = number;
                }

                distinct[texts[r]] = features = [.. own.Distinct()];
            }

            rows[r] = features;
            foreach (var feature in features)
            {
                counts[feature]++;
            }
        }

        int[] kept =
            [.. Enumerable.Range(0, counts.Count).Where(f => counts[f] >= 3 && counts[f] < texts.Count).OrderByDescending(f => counts[f])
                .Take(MostFeatures).Order()];
        var place = new int[counts.Count];
        Array.Fill(place, -1);
        for (var k = 0; k < kept.Length; k++)
        {
            place[kept[k]] = k;
        }

        var shared =
            distinct.ToDictionary(d => d.Key, d => d.Value.Where(f => place[f] >= 0).Select(f => place[f]).ToArray(), StringComparer.Ordinal);
        return new(
            [.. texts.Select(t => shared[t])],
            [.. kept.Select(f => keys[f].Second < 0 ? spelled[keys[f].First] : $"{spelled[keys[f].First]} {spelled[keys[f].Second]}")]);

        int Feature((int First, int Second) key)
        {
            if (!index.TryGetValue(key, out var feature))
            {
                index[key] = feature = keys.Count;
                keys.Add(key);
                counts.Add(0);
            }

            return feature;
        }
    }

    /// <summary>Features <c>field=value</c>, for a table without text.</summary>
    internal static TextFeatures OfFields(IReadOnlyList<FieldCodes> fields, int rows)
    {
        var starts = new int[fields.Count];
        var names = new List<string>();
        for (var f = 0; f < fields.Count; f++)
        {
            starts[f] = names.Count;
            names.AddRange(fields[f].Values.Select(v => $"{fields[f].Name}={v}"));
        }

        return new([.. Enumerable.Range(0, rows).Select(r => fields.Select((f, i) => starts[i] + f.OfRow[r]).ToArray())], [.. names]);
    }

    /// <summary>The words of a text in lower case: runs of letters, digits and underscores; points and commas between digits belong to the
    /// number.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_'
                || (text[i] is '.' or ',' && start >= 0 && i + 1 < text.Length && char.IsDigit(text[i - 1]) && char.IsDigit(text[i + 1])));
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                yield return text[start..i].ToLowerInvariant();
                start = -1;
            }
        }
    }
}
