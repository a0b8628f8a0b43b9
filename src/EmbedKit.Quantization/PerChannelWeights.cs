using System.Numerics.Tensors;

namespace EmbedKit.Quantization;

/// <summary>
/// A weight matrix in 8 bits: w ≈ scale·q with q from −127 to 127, one scale for each output channel, zero point 0. The scale is the channel's
/// largest magnitude over 127; values are rounded half to even.
/// </summary>
/// <param name="Values">q as signed bytes, K×N row-major (inputs × outputs).</param>
/// <param name="Scales">N scales.</param>
internal sealed record PerChannelWeights(byte[] Values, float[] Scales)
{
    private const float Largest = sbyte.MaxValue;

    // The smallest number in full precision.
    private const float SmallestScale = 1.17549435e-38f;

    /// <summary>Quantises a weight matrix.</summary>
    /// <param name="weights">K×N values, row-major; or N×K when <paramref name="transposed"/>.</param>
    /// <param name="inputs">K.</param>
    /// <param name="outputs">N.</param>
    /// <param name="transposed">Whether rows are outputs.</param>
    /// <returns>The quantised matrix; null when a weight is not finite.</returns>
    internal static PerChannelWeights? Quantize(ReadOnlySpan<float> weights, int inputs, int outputs, bool transposed)
    {
        var scales = Scale(weights, inputs, outputs, transposed);
        if (scales.AsSpan().ContainsAnyExceptInRange(0, float.MaxValue))
        {
            return null;
        }

        var values = new byte[weights.Length];
        for (var row = 0; row < inputs; row++)
        {
            for (var column = 0; column < outputs; column++)
            {
                var weight = transposed ? weights[(column * inputs) + row] : weights[(row * outputs) + column];
                values[(row * outputs) + column] = unchecked((byte)(sbyte)Math.Clamp(MathF.Round(weight / scales[column]), -Largest, Largest));
            }
        }

        return new(values, scales);
    }

    private static float[] Scale(ReadOnlySpan<float> weights, int inputs, int outputs, bool transposed)
    {
        var scales = new float[outputs];
        if (transposed)
        {
            for (var column = 0; column < outputs; column++)
            {
                scales[column] = MathF.Abs(TensorPrimitives.MaxMagnitude(weights.Slice(column * inputs, inputs)));
            }
        }
        else
        {
            for (var row = 0; row < inputs; row++)
            {
                TensorPrimitives.MaxMagnitude(scales, weights.Slice(row * outputs, outputs), scales);
            }

            TensorPrimitives.Abs(scales, scales);
        }

        for (var column = 0; column < outputs; column++)
        {
            // A channel without weights, or with weights too small for a scale of their own, gets one to divide by, and becomes zero.
            var scale = scales[column] / Largest;
            scales[column] = scale < SmallestScale ? 1 : scale;
        }

        return scales;
    }
}
