using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmbedKit.Runtime;

/// <summary>
/// What decides a run's results, as names and values, and nothing that does not (threads, progress): two runs are the same when all values are,
/// and only then may one go on with the other's files or write over them.
/// </summary>
/// <param name="values">Names and values, in any order.</param>
public sealed partial class RunIdentity(IEnumerable<KeyValuePair<string, string>> values)
{
    private readonly SortedDictionary<string, string> _values = new(values.ToDictionary(), StringComparer.Ordinal);

    /// <summary>The values by name, in the order of the names.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Reads what a file says of the run it belongs to.</summary>
    /// <param name="json">An object whose values are texts.</param>
    /// <exception cref="JsonException">It is none.</exception>
    internal static RunIdentity Parse(JsonElement json) =>
        new(
            json.Deserialize<Dictionary<string, string>>() is { } values && !values.ContainsValue(null!) ? values
                : throw new JsonException("not names and texts"));

    /// <summary>Refuses files made by another run, naming what differs.</summary>
    /// <param name="place">The file or folder.</param>
    /// <param name="there">The run it belongs to.</param>
    /// <param name="remedy">What the user may do instead, e.g. <c>Name another --out.</c></param>
    /// <exception cref="InputException">They differ.</exception>
    internal void CheckSame(string place, RunIdentity there, string remedy)
    {
        var (was, now) = (Parts(there), Parts(this));
        string[] changed = [.. now.Keys.Union(was.Keys).Order(StringComparer.Ordinal)
            .Where(name => was.GetValueOrDefault(name) != now.GetValueOrDefault(name)).Select(name => Difference(name, was, now))];
        if (changed.Length > 0)
        {
            throw new InputException(
                $"{place}: holds a different run "
                    + $"({string.Join("; ", changed)}); "
                    + $"expected the same, to go on. {remedy}");
        }
    }

    /// <summary>The values by name; those that are several options in one, as a record prints them, each by its own.</summary>
    private static Dictionary<string, string> Parts(RunIdentity run)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in run._values)
        {
            string[][] members = Record().Match(value) is { Success: true } record
                ? [.. record.Groups[1].Value.Split(", ").Select(m => m.Split(" = ", 2))] : [];
            if (members.Length == 0 || members.Any(m => m.Length < 2) || members.DistinctBy(m => m[0]).Count() < members.Length)
            {
                parts[name] = value;
                continue;
            }

            foreach (var member in members)
            {
                parts[$"{name} {JsonNamingPolicy.SnakeCaseLower.ConvertName(member[0])}"] = member[1];
            }
        }

        return parts;
    }

    /// <summary>What changed, where the middles of long values hide it from there on.</summary>
    private static string Difference(string name, Dictionary<string, string> was, Dictionary<string, string> now)
    {
        var (before, after) = (was.GetValueOrDefault(name), now.GetValueOrDefault(name));
        var same = before is null || after is null || VisibleCharacters.Escaped(before) != VisibleCharacters.Escaped(after) ? 0
            : before.AsSpan().CommonPrefixLength(after);
        string Shown(string? value) => value is null ? "unset" : $"'{(same > 0 ? "…" : "")}{VisibleCharacters.Escaped(value[same..])}'";
        return $"{VisibleCharacters.Escaped(name)} was {Shown(before)} and is now {Shown(after)}";
    }

    [GeneratedRegex(@"^\w+ \{ (.+) \}$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Record();

    /// <summary>One line of JSON, the same for the same run.</summary>
    public override string ToString() => JsonSerializer.Serialize(_values, JsonStyle.Compact);
}
