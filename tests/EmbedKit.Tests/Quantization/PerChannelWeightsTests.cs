using CsCheck;
using EmbedKit.Quantization;

namespace EmbedKit.Tests.Quantization;

public class PerChannelWeightsTests
{
    private static readonly Gen<(float[] Weights, int Inputs, int Outputs)> Matrices =
        from inputs in Gen.Int[1, 9]
        from outputs in Gen.Int[1, 9]
        from weights in Gen.Float[-1000, 1000].Array[inputs * outputs]
        select (weights, inputs, outputs);

    [Fact]
    public void Every_weight_is_within_half_a_step_and_the_largest_of_a_channel_is_127() => Matrices.Sample(m =>
    {
        var quantized = PerChannelWeights.Quantize(m.Weights, m.Inputs, m.Outputs, transposed: false)!;
        for (var column = 0; column < m.Outputs; column++)
        {
            var (largest, scale) = (0, quantized.Scales[column]);
            for (var row = 0; row < m.Inputs; row++)
            {
                var q = (sbyte)quantized.Values[(row * m.Outputs) + column];
                largest = Math.Max(largest, Math.Abs(q));
                Assert.True(Math.Abs(((double)q * scale) - m.Weights[(row * m.Outputs) + column]) <= scale * 0.50001);
            }

            Assert.True(largest == 127 || scale == 1);
        }
    });

    [Fact]
    public void Weights_stored_as_outputs_by_inputs_give_the_same_bytes() => Matrices.Sample(m =>
    {
        var transposed = Enumerable.Range(0, m.Weights.Length).Select(i => m.Weights[(i % m.Inputs * m.Outputs) + (i / m.Inputs)]).ToArray();
        var (one, other) =
            (PerChannelWeights.Quantize(m.Weights, m.Inputs, m.Outputs, false)!, PerChannelWeights.Quantize(transposed, m.Inputs, m.Outputs, true)!);
        Assert.Equal(one.Values, other.Values);
        Assert.Equal(one.Scales, other.Scales);
    });

    [Fact]
    public void A_channel_of_zeros_or_of_the_smallest_numbers_becomes_zero()
    {
        var quantized = PerChannelWeights.Quantize([0, float.Epsilon, 0, -float.Epsilon], 2, 2, transposed: false)!;
        Assert.Equal([0, 0, 0, 0], quantized.Values);
        Assert.Equal([1, 1], quantized.Scales);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_weight_that_is_no_number_is_not_quantised(float bad)
    {
        Assert.Null(PerChannelWeights.Quantize([1, 2, bad, 4], 2, 2, transposed: false));
        Assert.Null(PerChannelWeights.Quantize([1, 2, bad, 4], 2, 2, transposed: true));
    }
}
