namespace EmbedKit.Embedding.Images;

/// <summary>
/// For one axis: which source samples each output sample reads, and with which fixed-point weights (22 fractional bits, as Pillow's 8-bit
/// resampler has them). When shrinking, the kernel is widened by the scale, which is what keeps aliasing out.
/// </summary>
internal sealed class ResizeWeights
{
    internal const int FractionBits = 22;

    /// <summary>Weights for the outputs <paramref name="from"/> … <paramref name="from"/> + <paramref name="count"/> − 1 of
    /// <paramref name="outputSize"/>.</summary>
    internal ResizeWeights(int inputSize, int outputSize, int from, int count, ResizeFilter filter)
    {
        var scale = (double)inputSize / outputSize;
        var widening = Math.Max(1, scale);
        var support = ResizeKernel.Support(filter) * widening;
        var taps = ((int)Math.Ceiling(support) * 2) + 1;
        (Taps, First, Count, Values) = (taps, new int[count], new int[count], new int[(long)count * taps]);
        var weights = new double[taps];
        for (var i = 0; i < count; i++)
        {
            var center = (from + i + 0.5) * scale;
            var first = Math.Max(0, (int)(center - support + 0.5));
            var n = Math.Min(inputSize, (int)(center + support + 0.5)) - first;
            var sum = 0.0;
            for (var k = 0; k < n; k++)
            {
                weights[k] = ResizeKernel.Weight(filter, (k + first - center + 0.5) * (1 / widening));
                sum += weights[k];
            }

            (First[i], Count[i]) = (first, n);
            for (var k = 0; k < n; k++)
            {
                var weight = (sum != 0 ? weights[k] / sum : weights[k]) * (1 << FractionBits);
                Values[(i * taps) + k] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
        }
    }

    /// <summary>Room for weights of one output.</summary>
    internal int Taps { get; }

    /// <summary>First source sample of each output.</summary>
    internal int[] First { get; }

    /// <summary>Number of source samples of each output.</summary>
    internal int[] Count { get; }

    /// <summary><see cref="Taps"/> weights an output.</summary>
    internal int[] Values { get; }

    /// <summary>The weights of one output.</summary>
    internal ReadOnlySpan<int> Of(int output) => Values.AsSpan(output * Taps, Count[output]);
}
