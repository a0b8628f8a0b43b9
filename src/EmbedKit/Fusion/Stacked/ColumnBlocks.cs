using System.Numerics;

namespace EmbedKit.Fusion.Stacked;

/// <summary>
/// Columns of a small matrix, as many at a time as a vector register holds, so that a pass over the rows keeps its sums in registers. The last
/// block reaches back over columns done before: what is done to a block must give the same when done twice.
/// </summary>
internal static class ColumnBlocks
{
    /// <summary>Where the blocks of a row begin.</summary>
    /// <param name="width">Columns, at least one vector's.</param>
    internal static int[] Of<T>(int width)
        where T : unmanaged =>
        [.. Enumerable.Range(0, width / Vector<T>.Count).Select(i => i * Vector<T>.Count), .. width % Vector<T>.Count == 0 ? (int[])[]
            : [width - Vector<T>.Count]];

    /// <summary>Whether rows of this width have a block.</summary>
    internal static bool Fits(int width) => width >= Vector<float>.Count;
}
