using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Sweep;

/// <summary>
/// The aligned rows that the parts of a sweep share, made when the first part asks and freed when the last is done, so that memory does not
/// grow with folds and aligners. Safe from any thread.
/// </summary>
internal sealed class SharedAlignedRows : IDisposable
{
    private readonly Dictionary<(int Fold, string Aligner), Entry> _entries;

    internal SharedAlignedRows(IReadOnlyList<SweepFold> folds, SweepOptions options, RandomStreams random, IEnumerable<SweepPart> parts) =>
        _entries = parts.GroupBy(p => (p.Fold, p.Aligner)).ToDictionary(g => g.Key, g => new Entry(
            [.. folds[g.Key.Fold].Inner.Prepend(folds[g.Key.Fold].Data)
                .Select(data => new Lazy<AlignedRows>(() => new(data, g.Key.Aligner, options, random)))], g.Count()));

    /// <summary>The rows of a part's fold and, after them, of its inner folds.</summary>
    internal IEnumerable<AlignedRows> Of(SweepPart part) => _entries[(part.Fold, part.Aligner)].Spaces.Select(s => s.Value);

    /// <summary>Says that a part is done.</summary>
    internal void Release(SweepPart part)
    {
        var entry = _entries[(part.Fold, part.Aligner)];
        if (Interlocked.Decrement(ref entry.PartsLeft) == 0)
        {
            entry.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Dispose();
        }
    }

    private sealed class Entry(Lazy<AlignedRows>[] spaces, int parts) : IDisposable
    {
        internal int PartsLeft = parts;

        internal Lazy<AlignedRows>[] Spaces { get; private set; } = spaces;

        public void Dispose()
        {
            foreach (var space in Spaces.Where(s => s.IsValueCreated))
            {
                space.Value.Dispose();
            }

            Spaces = [];
        }
    }
}
