using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>Finds ids in a list: the very id, or else those that differ from it by an image ending, case,
/// leading zeros or the form of accents alone.</summary>
public sealed class IdIndex
{
    private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    private readonly ILookup<string, int> _loose;

    /// <summary>Takes a list of ids.</summary>
    /// <param name="ids">The ids (N).</param>
    public IdIndex(IReadOnlyList<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        for (var i = 0; i < ids.Count; i++)
        {
            _exact.TryAdd(ids[i], i);
        }

        _loose = Enumerable.Range(0, ids.Count).ToLookup(i => LooseId.Key(ids[i]), StringComparer.Ordinal);
    }

    /// <summary>The places in the list that could be meant, in order; none when there is no such id.</summary>
    /// <param name="id">The id.</param>
    public IReadOnlyList<int> Find(string id) => _exact.TryGetValue(id, out var at) ? [at] : [.. _loose[LooseId.Key(id)]];

    /// <summary>Says how many ids were found only because case, leading zeros or the form of accents do not count.</summary>
    /// <param name="wanted">The ids that were looked for (N).</param>
    /// <param name="found">The id that was found for each (N).</param>
    /// <param name="other">Where they were looked for, for the note.</param>
    /// <param name="lead">Where the ids wanted come from.</param>
    public static void SayLoose(IReadOnlyList<string> wanted, IEnumerable<string> found, string other, string lead)
    {
        if (wanted.Zip(found).Count(p => ImageEnding.Without(p.First) != ImageEnding.Without(p.Second)) is > 0 and var loose)
        {
            InputNotes.Say(
                $"{NumberText.Count(loose, "id")} of {other} found in {lead} without regard to case, leading zeros or the form of accents.");
        }
    }

    /// <summary>Which row of one list each id of another means, where both hold the same rows in any order.</summary>
    /// <param name="wanted">The ids that give the order (N).</param>
    /// <param name="ids">The ids that are looked through.</param>
    /// <param name="missing">Ids wanted that mean no row, several, or one that another means too.</param>
    /// <param name="extra">Ids of rows that no one means, or several do.</param>
    /// <returns>The rows (N); of no use where anything is missing.</returns>
    internal static int[] Pair(IReadOnlyList<string> wanted, IReadOnlyList<string> ids, out string[] missing, out string[] extra)
    {
        var index = new IdIndex(ids);
        IReadOnlyList<int>[] meant = [.. wanted.Select(index.Find)];
        var asked = meant.Where(m => m.Count == 1).GroupBy(m => m[0]).ToDictionary(g => g.Key, g => g.Count());
        missing = [.. wanted.Where((_, row) => meant[row] is not [var one] || asked[one] > 1)];
        extra = [.. ids.Where((_, row) => asked.GetValueOrDefault(row) != 1)];
        return [.. meant.Select(m => m.FirstOrDefault(-1))];
    }
}
