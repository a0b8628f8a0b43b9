namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>Chroma samples at full resolution, by libjpeg's "fancy" triangle filter, or by repetition where an image is at most 4 pixels wide.</summary>
internal static class ChromaRow
{
    /// <summary>Doubles a row: ¾ of the nearer sample and ¼ of the farther.</summary>
    /// <param name="samples">The row, without padding.</param>
    /// <param name="output">Twice as many.</param>
    internal static void Double(ReadOnlySpan<byte> samples, Span<byte> output)
    {
        var last = samples.Length - 1;
        for (var i = 0; i <= last; i++)
        {
            var three = samples[i] * 3;
            output[2 * i] = i == 0 ? samples[0] : (byte)((three + samples[i - 1] + 1) >> 2);
            output[(2 * i) + 1] = i == last ? samples[last] : (byte)((three + samples[i + 1] + 2) >> 2);
        }
    }

    /// <summary>The same in both directions at once.</summary>
    /// <param name="near">The row of samples nearer to the output row.</param>
    /// <param name="far">The row on its other side.</param>
    /// <param name="output">Twice as many.</param>
    internal static void Double(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> output)
    {
        far = far[..near.Length];
        var current = (near[0] * 3) + far[0];
        var before = current;
        for (var i = 0; i < near.Length; i++)
        {
            var after = i + 1 < near.Length ? (near[i + 1] * 3) + far[i + 1] : current;
            output[2 * i] = (byte)((i == 0 ? (current * 4) + 8 : (current * 3) + before + 8) >> 4);
            output[(2 * i) + 1] = (byte)((i == near.Length - 1 ? (current * 4) + 7 : (current * 3) + after + 7) >> 4);
            (before, current) = (current, after);
        }
    }

    /// <summary>Each sample twice.</summary>
    /// <param name="samples">The row, without padding.</param>
    /// <param name="output">Twice as many.</param>
    internal static void Repeat(ReadOnlySpan<byte> samples, Span<byte> output)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            (output[2 * i], output[(2 * i) + 1]) = (samples[i], samples[i]);
        }
    }
}
