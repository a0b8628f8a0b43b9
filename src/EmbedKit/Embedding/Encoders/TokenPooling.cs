namespace EmbedKit.Embedding.Encoders;

/// <summary>Pools tokens into one vector an input.</summary>
internal static class TokenPooling
{
    /// <summary>The first token of each input.</summary>
    /// <param name="values">N×T×D.</param>
    /// <param name="tokens">T.</param>
    /// <param name="width">D.</param>
    internal static float[] First(float[] values, int tokens, int width) => Pick(values, tokens, width, _ => 0);

    /// <summary>The last token that the mask keeps.</summary>
    /// <param name="values">N×T×D.</param>
    /// <param name="mask">N×T, 1 for tokens of the text and 0 for padding, wherever it lies.</param>
    /// <param name="tokens">T.</param>
    /// <param name="width">D.</param>
    internal static float[] Last(float[] values, long[] mask, int tokens, int width) =>
        Pick(values, tokens, width, row => mask.AsSpan(row * tokens, tokens).LastIndexOf(1));

    /// <summary>The mean over the tokens the mask keeps, summed in double so that long texts lose nothing.</summary>
    /// <param name="values">N×T×D.</param>
    /// <param name="mask">N×T, 1 for tokens of the text and 0 for padding, wherever it lies.</param>
    /// <param name="tokens">T.</param>
    /// <param name="width">D.</param>
    internal static float[] Mean(float[] values, long[] mask, int tokens, int width)
    {
        var rows = mask.Length / tokens;
        var means = new float[rows * width];
        var sums = new double[width];
        for (var row = 0; row < rows; row++)
        {
            Array.Clear(sums);
            var kept = 0;
            for (var at = row * tokens; at < (row + 1) * tokens; at++)
            {
                if (mask[at] == 0)
                {
                    continue;
                }

                kept++;
                var token = values.AsSpan(at * width, width);
                for (var i = 0; i < width; i++)
                {
                    sums[i] += token[i];
                }
            }

            for (var i = 0; i < width; i++)
            {
                means[(row * width) + i] = (float)(sums[i] / kept);
            }
        }

        return means;
    }

    private static float[] Pick(float[] values, int tokens, int width, Func<int, int> tokenOf)
    {
        var picked = new float[values.Length / tokens];
        for (var row = 0; row < picked.Length / width; row++)
        {
            values.AsSpan(((row * tokens) + tokenOf(row)) * width, width).CopyTo(picked.AsSpan(row * width));
        }

        return picked;
    }
}
