using System.Numerics;
using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace EmbedKit.Fusion.Stacked;

/// <summary>The columns of one modality, the gap there, and how far each of K models steps along it: text +λ/2, image −λ/2.</summary>
/// <param name="gap">The modality gap (D), image minus text.</param>
/// <param name="steps">a: one step a model, in gaps.</param>
/// <param name="start">The first column.</param>
/// <param name="renormalize">Whether rows are of unit length after the step.</param>
internal sealed class StackedColumns<T>(T[] gap, T[] steps, int start, bool renormalize)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _gapSquared = TensorPrimitives.SumOfSquares<T>(gap);

    internal int Start => start;

    internal int Width => gap.Length;

    /// <summary>a of each model.</summary>
    internal ReadOnlySpan<T> Steps => steps;

    /// <summary>1/‖x + a·g‖ of every row and model, from ‖x + a·g‖² = ‖x‖² + 2a·x·g + a²·‖g‖²; 1 without renormalising.</summary>
    /// <param name="rows">B rows of all columns, row-major.</param>
    /// <param name="stride">Length of a row.</param>
    /// <param name="scales">K×B: the rows of one model lie together.</param>
    internal void Scales(ReadOnlySpan<T> rows, int stride, Span<T> scales)
    {
        var count = rows.Length / stride;
        if (!renormalize)
        {
            scales[..(count * steps.Length)].Fill(T.One);
            return;
        }

        for (var row = 0; row < count; row++)
        {
            var values = rows.Slice((row * stride) + start, Width);
            var (squared, along) = (TensorPrimitives.SumOfSquares(values), TensorPrimitives.Dot<T>(values, gap));
            for (var model = 0; model < steps.Length; model++)
            {
                var a = steps[model];
                scales[(model * count) + row] = T.One / T.Sqrt(squared + ((a + a) * along) + (a * a * _gapSquared));
            }
        }
    }

    /// <summary>These columns of rows that hold all of them.</summary>
    internal Tensor Of(Tensor rows) => rows.narrow(1, start, Width);
}
