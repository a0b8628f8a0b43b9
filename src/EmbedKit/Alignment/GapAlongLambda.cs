using System.Numerics.Tensors;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>How far apart the modalities' centroids lie before a shift, and after it for every λ of a grid.</summary>
/// <param name="Before">‖g‖ of the rows as prepared.</param>
/// <param name="After">‖g‖ after the shift, one per λ.</param>
internal sealed record GapAlongLambda(double Before, IReadOnlyList<double> After)
{
    /// <summary>Measures in one pass over the rows, a block at a time.</summary>
    internal static GapAlongLambda Of(EmbeddingSet rows, FittedShift shift, IReadOnlyList<double> lambdas)
    {
        var before = new RunningGap();
        var after = lambdas.Select(lambda => (Shift: shift.At(lambda), Gap: new RunningGap())).ToArray();
        foreach (var block in rows.InBlocks().Select(shift.Prepare))
        {
            before.Add(block);
            foreach (var (shifted, gap) in after)
            {
                gap.Add(shifted.Shift(block));
            }
        }

        return new(TensorPrimitives.Norm<double>(before.Vector), [.. after.Select(a => TensorPrimitives.Norm<double>(a.Gap.Vector))]);
    }
}
