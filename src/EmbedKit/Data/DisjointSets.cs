namespace EmbedKit.Data;

/// <summary>Union-find with path halving: which rows (or groups) hang together.</summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parent = [.. Enumerable.Range(0, count)];

    /// <summary>Puts two rows into one set; the smaller row leads it.</summary>
    internal void Join(int a, int b)
    {
        var (first, second) = (Leader(a), Leader(b));
        _parent[Math.Max(first, second)] = Math.Min(first, second);
    }

    /// <summary>The sets, numbered in order of their first rows.</summary>
    internal (int[] SetOfRow, int Count) Numbered()
    {
        var (number, next) = (new int[_parent.Length], 0);
        for (var r = 0; r < number.Length; r++)
        {
            number[r] = Leader(r) == r ? next++ : number[Leader(r)];
        }

        return (number, next);
    }

    /// <summary>The smallest row of a row's set.</summary>
    internal int Leader(int row)
    {
        while (_parent[row] != row)
        {
            row = _parent[row] = _parent[_parent[row]];
        }

        return row;
    }
}
