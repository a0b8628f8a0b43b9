namespace EmbedKit.Embedding.Images.Jpeg;

/// <summary>The entropy-coded bytes of a scan without stuffed zeros and restart markers.</summary>
internal static class EntropyData
{
    /// <summary>Splits a scan into its restart intervals.</summary>
    /// <param name="scan">The file from the scan's first byte on.</param>
    /// <param name="output">As long as the scan, and <see cref="EntropyDecoder.Padding"/> more for each interval.</param>
    /// <param name="intervals">Where each interval is to go; as many as there must be.</param>
    /// <returns>False where the intervals are not as many, not in order, or not followed by the end of the image.</returns>
    internal static bool Unstuff(ReadOnlySpan<byte> scan, Span<byte> output, Span<Range> intervals)
    {
        var (start, written) = (0, 0);
        for (var interval = 0; ;)
        {
            var plain = scan.IndexOf((byte)0xff);
            if (plain < 0 || plain + 1 >= scan.Length)
            {
                return false;
            }

            scan[..plain].CopyTo(output[written..]);
            written += plain;
            var marker = scan[plain + 1];
            scan = scan[(plain + 2)..];
            if (marker == 0)
            {
                output[written++] = 0xff;
                continue;
            }

            output.Slice(written, EntropyDecoder.Padding).Clear();
            intervals[interval] = start..(written + EntropyDecoder.Padding);
            (start, written) = (written + EntropyDecoder.Padding, written + EntropyDecoder.Padding);
            if (++interval == intervals.Length)
            {
                return marker == 0xd9;
            }

            if (marker != 0xd0 + ((interval - 1) % 8))
            {
                return false;
            }
        }
    }
}
