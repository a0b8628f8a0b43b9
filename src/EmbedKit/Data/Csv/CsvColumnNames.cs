using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Csv;

/// <summary>
/// Columns without a name, as trailing separators and the row numbers of pandas make them: left out where no row fills them, otherwise named by
/// their place. Both is said.
/// </summary>
internal static class CsvColumnNames
{
    private const string Prefix = "column_";

    /// <summary>The names, with one for each column that lacks it: <c>column_3</c> for the third.</summary>
    internal static string[] Complete(IReadOnlyList<string> names)
    {
        var taken = names.ToHashSet(StringComparer.Ordinal);
        return [.. names.Select((name, i) =>
        {
            for (var given = name.Length > 0 ? name : Prefix + (i + 1).ToString(CultureInfo.InvariantCulture); ; given += "_")
            {
                if (name.Length > 0 || taken.Add(given))
                {
                    return given;
                }
            }
        })];
    }

    /// <summary>The columns to keep, by their places: all but those that have neither name nor content. Says what it found without a name.</summary>
    /// <param name="names">The names as <see cref="Complete"/> gives them.</param>
    /// <param name="given">The names in the file.</param>
    /// <param name="columns">The cells.</param>
    /// <param name="file">The file's name.</param>
    internal static int[] Kept(IReadOnlyList<string> names, IReadOnlyList<string> given, IReadOnlyList<string[]> columns, string file)
    {
        int[] nameless = [.. Enumerable.Range(0, names.Count).Where(c => given[c].Length == 0)];
        var empty = nameless.Where(c => Array.TrueForAll(columns[c], string.IsNullOrWhiteSpace)).ToHashSet();
        if (nameless.Length > 0)
        {
            string[] named = [.. nameless.Where(c => !empty.Contains(c)).Select(c => names[c])];
            InputNotes.Say($"{file}: {NumberText.Count(nameless.Length, "column has", "columns have")} no name: {string.Join("; ", ((string[])[
                named.Length > 0 ? $"called {string.Join(", ", named.Take(5))}{(named.Length > 5 ? ", …" : "")}" : "",
                empty.Count > 0 ? $"{empty.Count} left out, empty in every row" : "",
            ]).Where(part => part.Length > 0))}.");
        }

        return [.. Enumerable.Range(0, names.Count).Where(c => !empty.Contains(c))];
    }

    /// <summary>Whether a column was named by its place.</summary>
    internal static bool IsByPlace(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length > Prefix.Length
        && name.AsSpan(Prefix.Length).TrimEnd('_').IndexOfAnyExceptInRange('0', '9') < 0;
}
