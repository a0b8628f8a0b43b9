namespace EmbedKit.Data;

/// <summary>Finds ids in a list: the very id, or else those that differ from it only as <see cref="LooseId"/> allows.</summary>
internal sealed class IdIndex
{
    private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    private readonly ILookup<string, int> _loose;

    internal IdIndex(IReadOnlyList<string> ids)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            _exact.TryAdd(ids[i], i);
        }

        _loose = Enumerable.Range(0, ids.Count).ToLookup(i => LooseId.Key(ids[i]), StringComparer.Ordinal);
    }

    /// <summary>The places in the list that could be meant, in order; none when there is no such id.</summary>
    internal int[] Find(string id) => _exact.TryGetValue(id, out var at) ? [at] : [.. _loose[LooseId.Key(id)]];
}
