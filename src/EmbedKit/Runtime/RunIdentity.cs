using System.Text.Json;

namespace EmbedKit.Runtime;

/// <summary>
/// What decides a run's results, as names and values, and nothing that does not (threads, progress): two runs are the same when all values are,
/// and only then may one go on with the other's files or write over them.
/// </summary>
/// <param name="values">Names and values, in any order.</param>
public sealed class RunIdentity(IEnumerable<KeyValuePair<string, string>> values)
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
        string Of(RunIdentity run, string name) => run._values.TryGetValue(name, out var value) ? $"'{value}'" : "unset";
        string[] changed = [.. _values.Keys.Union(there._values.Keys).Order(StringComparer.Ordinal).Where(name => Of(this, name) != Of(there, name))];
        if (changed.Length > 0)
        {
            throw new InputException(
                $"{place}: holds a different run "
                    + $"({string.Join("; ", changed.Select(name => $"{name} was {Of(there, name)} and is now {Of(this, name)}"))}); "
                    + $"expected the same, to go on. {remedy}");
        }
    }

    /// <summary>One line of JSON, the same for the same run.</summary>
    public override string ToString() => JsonSerializer.Serialize(_values, JsonStyle.Compact);
}
