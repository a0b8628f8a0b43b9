using System.Runtime.ExceptionServices;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarking;

/// <summary>Rows that are embedded whenever they are asked for, and kept nowhere: training on raw data with frozen encoders.</summary>
/// <param name="image">The image encoder, or null.</param>
/// <param name="text">The text encoder, or null.</param>
/// <param name="raw">Images and texts.</param>
/// <param name="threads">Runs of a model at a time; changes no result.</param>
internal sealed class LiveEmbedding(OnnxImageEncoder? image, OnnxTextEncoder? text, RawRows raw, int threads)
{
    // As ExtractionJob by default.
    private const int Batch = 8, MostTokens = 2048;

    /// <summary>Embeds some rows.</summary>
    /// <exception cref="InputException">An image that is not there or cannot be read.</exception>
    internal EmbeddingSet Embed(EmbeddingSet rows)
    {
        var numbers = raw.NumbersOf(rows);
        return rows.With(image is null ? null : Images(image, numbers), text is null ? null : Texts(text, numbers));
    }

    private EmbeddingMatrix Images(OnnxImageEncoder encoder, int[] rows)
    {
        int[][] runs = [.. Enumerable.Range(0, rows.Length).Chunk(Batch)];
        return Encode(
            rows.Length, runs, run => encoder.Encode(raw.Pixels(encoder.Preprocessor, [.. runs[run].Select(i => rows[i])]), runs[run].Length));
    }

    private EmbeddingMatrix Texts(OnnxTextEncoder encoder, int[] rows)
    {
        var runs = new EncoderTexts(encoder).Plan(rows.Index().Select(p => (p.Index, raw.Text(p.Item))), Batch, MostTokens);
        return Encode(rows.Length, [.. runs.Select(r => r.Rows)], run => runs[run].Encode(CancellationToken.None));
    }

    /// <summary>Runs a model over parts of rows, side by side.</summary>
    private EmbeddingMatrix Encode(int rows, int[][] runs, Func<int, EmbeddingMatrix> encode)
    {
        var parts = new EmbeddingMatrix[runs.Length];
        try
        {
            Parallel.For(0, runs.Length, new() { MaxDegreeOfParallelism = threads }, r => parts[r] = encode(r));
        }
        catch (AggregateException error) when (error.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } bad)
        {
            ExceptionDispatchInfo.Throw(bad);
        }

        var width = parts[0].Dimension;
        var values = new float[rows * width];
        foreach (var (run, part) in runs.Zip(parts))
        {
            for (var i = 0; i < run.Length; i++)
            {
                part.Row(i).CopyTo(values.AsSpan(run[i] * width, width));
            }
        }

        return new(rows, width, values);
    }
}
