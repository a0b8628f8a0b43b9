using System.Diagnostics;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;

namespace EmbedKit.Quantization;

/// <summary>Embeds samples with one side of a model, one input at a time.</summary>
/// <param name="Embeddings">One vector an input.</param>
/// <param name="PerSecond">Inputs a second, from the median time of one; preparation is not counted.</param>
internal sealed record SideRun(IReadOnlyList<float[]> Embeddings, double PerSecond)
{
    internal static SideRun Of(ModelFolder folder, EncoderSide side, EncoderOptions options, SampleInputs samples, CancellationToken cancellation)
    {
        if (side == EncoderSide.Image)
        {
            using var image = new OnnxImageEncoder(folder, options);
            return Time(samples.Images.Select(image.Preprocessor.Process), pixels => image.Encode(pixels, 1).Values, cancellation);
        }

        using var text = new OnnxTextEncoder(folder, options);
        return Time(samples.Texts.Select(text.Tokenizer.Encode), tokens => text.Encode([tokens]).Values, cancellation);
    }

    private static SideRun Time<T>(IEnumerable<T> prepared, Func<T, float[]> encode, CancellationToken cancellation)
    {
        var (embeddings, seconds) = (new List<float[]>(), new List<double>());
        foreach (var input in prepared)
        {
            cancellation.ThrowIfCancellationRequested();
            if (embeddings.Count == 0)
            {
                _ = encode(input); // the first run also reserves memory
            }

            var started = Stopwatch.GetTimestamp();
            embeddings.Add(encode(input));
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        seconds.Sort();
        return new(embeddings, 1 / seconds[seconds.Count / 2]);
    }
}
