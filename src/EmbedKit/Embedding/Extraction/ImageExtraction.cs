using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// The image half of the job: files are decoded and prepared by other threads a bounded way ahead, in order, while this thread runs the
/// model, so that memory does not grow with the number of images and the order of results never depends on timing.
/// </summary>
internal sealed class ImageExtraction(OnnxImageEncoder encoder, ExtractionOptions options, IProgress<JobProgress>? progress)
{
    private readonly ImageDecoder _decoder = new(options.Decoder);
    private readonly TaskFactory _workers = new(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, options.Threads).ConcurrentScheduler);

    /// <summary>Embeds the images of all rows whose image can be read.</summary>
    /// <returns>The rows that were embedded, their N×D matrix, and the rows that were not.</returns>
    internal (int[] Rows, EmbeddingMatrix Matrix, IReadOnlyList<SkippedImage> Skipped) Run(LabelledDataset dataset, string folder, CancellationToken cancellation)
    {
        var files = ImageFiles.Find(dataset, folder);
        var (rows, skipped) = (new List<int>(), new List<SkippedImage>());
        var (values, dimension) = (Array.Empty<float>(), 0);
        var (batch, filled) = (new float[options.BatchSize * encoder.Preprocessor.Length], 0);
        foreach (var (row, prepared) in PreparedInOrder(files, cancellation))
        {
            string? note = null;
            if (prepared.Pixels is { } pixels)
            {
                pixels.CopyTo(batch, filled++ * pixels.Length);
                rows.Add(row);
            }
            else
            {
                skipped.Add(new(dataset.Table.FileRow(row), dataset.Ids[row], prepared.Reason!));
                note = $"skipped {dataset.Table.Source} row {skipped[^1].FileRow} ({skipped[^1].ImageId}): {prepared.Reason}";
                if (options.FailFast)
                {
                    throw new InputException(note["skipped ".Length..]);
                }
            }

            if (filled == options.BatchSize || (row == files.Length - 1 && filled > 0))
            {
                var (embedded, first) = (encoder.Encode(batch, filled), rows.Count - filled);
                FiniteRows.Check(embedded, dataset, i => rows[first + i], "image", encoder.Folder);
                dimension = embedded.Dimension;
                values = values.Length == 0 ? new float[(long)files.Length * dimension] : values;
                embedded.Values.CopyTo(values, (long)first * dimension);
                filled = 0;
            }

            progress?.Report(new("images", row + 1 - filled, files.Length, note));
        }

        if (rows.Count == 0)
        {
            throw new InputException(
                $"{dataset.Table.Source}: none of its {files.Length} images below {folder} can be read (the first: {skipped[0].Reason}); expected at least one.");
        }

        Array.Resize(ref values, rows.Count * dimension);
        return ([.. rows], new(rows.Count, dimension, values), skipped);
    }

    private IEnumerable<(int Row, Prepared Prepared)> PreparedInOrder(string?[] files, CancellationToken cancellation)
    {
        var ahead = new Queue<Task<Prepared>>();
        var window = options.BatchSize + (2 * options.Threads);
        for (int row = 0, next = 0; row < files.Length; row++)
        {
            for (; next < files.Length && ahead.Count < window; next++)
            {
                var file = files[next];
                ahead.Enqueue(_workers.StartNew(() => Prepare(file), cancellation));
            }

            cancellation.ThrowIfCancellationRequested();
            yield return (row, ahead.Dequeue().GetAwaiter().GetResult());
        }
    }

    private Prepared Prepare(string? file)
    {
        if (file is null)
        {
            return new(null, "no such file, nor one with .jpg, .jpeg or .png behind the id");
        }

        try
        {
            return new(encoder.Preprocessor.Process(_decoder.Read(file)), null);
        }
        catch (InputException error)
        {
            // The list of skipped files must not depend on where the folder is.
            return new(null, error.Message.Replace(file, Path.GetFileName(file), StringComparison.Ordinal));
        }
    }

    private sealed record Prepared(float[]? Pixels, string? Reason);
}
