using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>A null for <see cref="GapShift"/>: the same shift along a random direction as long as the gap. What helps as much as this is not
/// alignment.</summary>
/// <param name="options">λ and where rows are normalised.</param>
/// <param name="random">The direction comes from the stream <c>random-direction</c>.</param>
public sealed class RandomDirectionShift(ShiftOptions options, RandomStreams random) : IAligner
{
    /// <inheritdoc/>
    public string Name => "random-direction";

    /// <summary>Learns only the length of the gap.</summary>
    /// <param name="training">Rows with both modalities.</param>
    /// <exception cref="InputException">A modality is missing, or a row is zero.</exception>
    public FittedShift Fit(TrainingSet training)
    {
        var shift = new GapShift(options).Fit(training);
        var stream = random.Create("random-direction");
        double[] direction = [.. shift.Vector.Select(_ => stream.NextGaussian())];
        TensorPrimitives.Multiply(direction, TensorPrimitives.Norm<double>(shift.Vector) / TensorPrimitives.Norm<double>(direction), direction);
        return new(direction, options, shift.Space);
    }

    IFittedAligner IAligner.Fit(TrainingSet training) => Fit(training);
}
