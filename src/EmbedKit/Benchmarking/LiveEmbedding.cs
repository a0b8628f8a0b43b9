using System.Runtime.ExceptionServices;
using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarking;

/// <summary>Rows that are embedded whenever they are asked for, and kept nowhere: training on raw data with frozen encoders.</summary>
/// <param name="image">The image encoder, or null.</param>
/// <param name="text">The text encoder, or null.</param>
/// <param name="dataset">Ids, texts, labels and splits (N rows).</param>
/// <param name="imageFolder">The folder of the images; null only without an image encoder.</param>
/// <param name="threads">Runs of a model at a time; changes no result.</param>
internal sealed class LiveEmbedding(OnnxImageEncoder? image, OnnxTextEncoder? text, LabelledDataset dataset, string? imageFolder, int threads)
{
    // As ExtractionJob by default.
    private const int Batch = 8, MostTokens = 2048;
    private readonly ImageDecoder _decoder = new();
    private readonly ImageFiles? _files = image is null ? null : new(dataset, imageFolder!, 0, dataset.Count);
    private readonly Dictionary<string, int> _rowOf = dataset.Ids.Index().ToDictionary(p => p.Item, p => p.Index, StringComparer.Ordinal);

    /// <summary>All rows, not embedded: a one in the place of each vector.</summary>
    internal EmbeddingSet Rows { get; } = new(dataset.Table, new(dataset.Count, 1, [.. Enumerable.Repeat(1f, dataset.Count)]), null);

    /// <summary>Embeds some of <see cref="Rows"/>.</summary>
    /// <exception cref="InputException">An image that is not there or cannot be read.</exception>
    internal EmbeddingSet Embed(EmbeddingSet rows)
    {
        int[] numbers = [.. rows.Ids.Select(id => _rowOf[id])];
        return rows.With(image is null ? null : Images(image, numbers), text is null ? null : Texts(text, numbers));
    }

    /// <summary>Bytes of all images, 0 without an image encoder.</summary>
    internal long ImageBytes() => _files is null ? 0
        : Enumerable.Range(0, dataset.Count).Select(_files.Of).OfType<string>().Distinct().Sum(path => new FileInfo(path).Length);

    private EmbeddingMatrix Images(OnnxImageEncoder encoder, int[] rows)
    {
        var length = encoder.Preprocessor.Length;
        int[][] runs = [.. Enumerable.Range(0, rows.Length).Chunk(Batch)];
        return Encode(rows.Length, runs, number =>
        {
            var run = runs[number];
            var pixels = new float[run.Length * length];
            for (var i = 0; i < run.Length; i++)
            {
                var row = rows[run[i]];
                var path = _files!.Of(row) ?? throw new InputException(
                    $"{dataset.Table.Source} row {dataset.Table.FileRow(row)} ('{dataset.Ids[row]}'): no such image in {imageFolder}; expected one "
                        + "for every row that was embedded.");
                encoder.Preprocessor.Normalize(encoder.Preprocessor.ResizeAndCrop(_decoder.Read(path)), pixels.AsSpan(i * length, length));
            }

            return encoder.Encode(pixels, run.Length);
        });
    }

    private EmbeddingMatrix Texts(OnnxTextEncoder encoder, int[] rows)
    {
        var runs = new EncoderTexts(encoder).Plan(rows.Index().Select(p => (p.Index, dataset.Texts[p.Item])), Batch, MostTokens);
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
