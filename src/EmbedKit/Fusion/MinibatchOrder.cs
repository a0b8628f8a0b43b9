using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>Which rows make up each minibatch: all rows, shuffled anew every epoch, cut into batches.</summary>
/// <param name="rows">N.</param>
/// <param name="batch">Rows in a minibatch, at least 2.</param>
/// <param name="random">The shuffles.</param>
internal sealed class MinibatchOrder(int rows, int batch, SeededRandom random)
{
    private readonly long[] _order = [.. Enumerable.Range(0, rows).Select(i => (long)i)];
    private readonly int[] _boundaries = Boundaries(rows, batch);

    /// <summary>Row numbers of the next epoch's minibatches, made in the caller's dispose scope.</summary>
    internal IEnumerable<Tensor> NextEpoch()
    {
        // Fisher and Yates, written out so that an order never depends on the .NET version.
        for (var i = _order.Length - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }

        var indices = tensor(_order);
        return _boundaries.Zip(_boundaries.Skip(1), (start, end) => indices.narrow(0, start, end - start));
    }

    /// <summary>Where each minibatch begins, and the end. A last minibatch of one row joins the one before it: BatchNorm has no variance of one
    /// row.</summary>
    internal static int[] Boundaries(int rows, int batch) =>
        [.. Enumerable.Range(0, (rows + batch - 1) / batch).Select(i => i * batch).Where(start => start == 0 || rows - start > 1), rows];
}
