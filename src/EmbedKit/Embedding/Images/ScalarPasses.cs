namespace EmbedKit.Embedding.Images;

/// <summary>The two passes of the resizer, one value at a time.</summary>
internal static class ScalarPasses
{
    internal const int Half = 1 << (ResizeWeights.FractionBits - 1);

    /// <summary>Filters rows.</summary>
    /// <param name="source">Rows of RGB pixels, the first one to filter first.</param>
    /// <param name="stride">Bytes from one source row to the next.</param>
    /// <param name="rowCount">Rows to filter.</param>
    /// <param name="columns">Weights of each output column.</param>
    /// <param name="output">Rows × outputs × 3 bytes.</param>
    internal static void Horizontal(ReadOnlySpan<byte> source, int stride, int rowCount, ResizeWeights columns, Span<byte> output)
    {
        var width = columns.First.Length;
        for (var y = 0; y < rowCount; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var weights = columns.Of(x);
                var samples = source.Slice((y * stride) + (columns.First[x] * 3), weights.Length * 3);
                int red = Half, green = Half, blue = Half;
                for (int k = 0, i = 0; k < weights.Length; k++, i += 3)
                {
                    var weight = weights[k];
                    red += samples[i] * weight;
                    green += samples[i + 1] * weight;
                    blue += samples[i + 2] * weight;
                }

                var target = output.Slice(((y * width) + x) * 3, 3);
                (target[0], target[1], target[2]) = (Clip(red), Clip(green), Clip(blue));
            }
        }
    }

    /// <summary>One output row as the weighted sum of source rows.</summary>
    /// <param name="source">As many rows as there are weights.</param>
    /// <param name="stride">Bytes of a row.</param>
    /// <param name="weights">Weight of each row.</param>
    /// <param name="output">One row.</param>
    /// <param name="from">First byte of the row to compute.</param>
    internal static void Vertical(ReadOnlySpan<byte> source, int stride, ReadOnlySpan<int> weights, Span<byte> output, int from)
    {
        for (var x = from; x < stride; x++)
        {
            var sum = Half;
            for (var k = 0; k < weights.Length; k++)
            {
                sum += source[(k * stride) + x] * weights[k];
            }

            output[x] = Clip(sum);
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResizeWeights.FractionBits, 0, 255);
}
