using System.Globalization;
using System.Runtime.CompilerServices;
using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using Microsoft.Extensions.AI;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// Embeds a labels file: its images, its texts, or both. The numbers do not depend on batch size, threads, shards or where a run was broken
/// off, but for the rounding of ONNX Runtime's kernels: at most 1e-5 of a row's length, and nothing at all on the processors tried, with
/// encoders of one thread. (int8 models take their scale from the whole batch; theirs depend on a batch size that is given.)
/// </summary>
public sealed class ExtractionJob
{
    private readonly OnnxImageEncoder? _image;
    private readonly ITextEmbedder? _text;
    private readonly ExtractionOptions _options;

    /// <summary>Sets up a job.</summary>
    /// <param name="image">The image encoder, or null for no image embeddings.</param>
    /// <param name="text">The text encoder, or null for no text embeddings.</param>
    /// <param name="options">Options; null takes the defaults.</param>
    /// <exception cref="InputException">Neither encoder, or an option out of range.</exception>
    [OverloadResolutionPriority(1)]
    public ExtractionJob(OnnxImageEncoder? image, OnnxTextEncoder? text, ExtractionOptions? options = null)
        : this(image, text is null ? null : new EncoderTexts(text), options)
    {
    }

    /// <summary>
    /// Sets up a job whose texts are embedded by a generator, e.g. an endpoint. Whether its numbers depend on the batch, and whether it cuts
    /// long texts, is the generator's affair; its provider, address and model go into the provenance.
    /// </summary>
    /// <param name="image">The image encoder, or null for no image embeddings.</param>
    /// <param name="text">The generator; several threads ask it side by side.</param>
    /// <param name="options">Options; null takes the defaults. Without a batch size the generator gets 64 texts at a time.</param>
    /// <exception cref="InputException">An option out of range.</exception>
    public ExtractionJob(OnnxImageEncoder? image, IEmbeddingGenerator<string, Embedding<float>> text, ExtractionOptions? options = null)
        : this(image, new GeneratorTexts(text), options)
    {
    }

    private ExtractionJob(OnnxImageEncoder? image, ITextEmbedder? text, ExtractionOptions? options)
    {
        (_image, _text, _options) = (image, text, options ?? new());
        _options.Validate();
        if (image is null && text is null)
        {
            throw new InputException("neither an image nor a text encoder; expected at least one.");
        }
    }

    /// <summary>Writes a file of a checkpoint; the tests' way to a full disk.</summary>
    internal Action<string, Action<Stream>> WriteBlock { get; init; } = AtomicFile.Write;

    private RunSize Size => RunSize.For(_image, _text, _options, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Runs the job in memory. Nothing is written.</summary>
    /// <param name="labelsPath">The labels CSV.</param>
    /// <param name="imageFolder">The folder of its images; null only without an image encoder.</param>
    /// <param name="progress">Told of rows done, and of every image skipped.</param>
    /// <param name="cancellation">Ends the job between runs of a model.</param>
    /// <exception cref="InputException">
    /// Bad labels, no readable image, an id that leads out of the folder, an empty text, a model that gives NaN; under fail-fast, the first
    /// image skipped or text cut.
    /// </exception>
    public ExtractionResult Run(
        string labelsPath, string? imageFolder, IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        var plan = Plan(labelsPath, imageFolder, Size, cancellation);
        ExtractionBlock? block = null;
        void Keep(BlockWork work)
        {
            work.FillEqual((row, _) => throw new InvalidOperationException($"Row {row} is of no earlier block: there is one block."));
            block = work.Block;
        }

        new ExtractionWorkers(plan, Keep, progress, cancellation).Run([(plan.First, plan.Count)]);
        var rows = new ExtractedRows(plan, [block!]);
        var indices = rows.Kept.Select(row => row - plan.First).ToArray();
        EmbeddingMatrix? Matrix(BlockVectors vectors) => vectors.Dimension == 0 ? null
            : new EmbeddingMatrix(plan.Count, vectors.Dimension, vectors.Values.ToArray()) is var all && indices.Length == plan.Count ? all
            : all.Select(indices);
        var set = new EmbeddingSet(rows.Table, Matrix(block!.Image), Matrix(block.Text), Provenance(labelsPath, rows));
        return new(_options.Half ? set.ToHalf() : set, rows.Skipped, rows.Truncated);
    }

    /// <summary>
    /// Runs the job into a file. Finished blocks of rows are kept in <c>OUT.checkpoint</c> until the file is written: after a crash, a kill or
    /// a full disk the same call goes on from there and gives the same bytes. Memory does not grow with the number of images; the disk
    /// holds at most about twice the output. Skipped images are listed beside it (<see cref="SkippedImage.Write"/>).
    /// </summary>
    /// <param name="output">The embeddings file, .parquet or .csv.</param>
    /// <param name="labelsPath">The labels CSV.</param>
    /// <param name="imageFolder">The folder of its images; null only without an image encoder.</param>
    /// <param name="progress">Told of rows done, and of every image skipped.</param>
    /// <param name="cancellation">Ends the job between runs of a model; what is finished is kept.</param>
    /// <exception cref="InputException">
    /// As for <see cref="Run"/>; unfinished work of other settings, or of another process that is at it.
    /// </exception>
    /// <exception cref="IOException">The disk is full; what is finished is kept.</exception>
    public ExtractionSummary RunTo(
        string output, string labelsPath, string? imageFolder, IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        EmbeddingFile.CheckEnding(output);
        SkippedImage.CheckPlace(output, _options.Shard);
        using var checkpoint = new Checkpoint(output, _options.Restart, WriteBlock);
        var plan = Plan(labelsPath, imageFolder, _options.BatchSize is null ? Size.Or(checkpoint.Settings) : Size, cancellation);
        var missing = checkpoint.Claim(Settings(labelsPath, plan), plan.Blocks(_options.CheckpointRows));
        if (checkpoint.Damaged > 0)
        {
            progress?.Report(
                new("", 0, 0, $"{output}{Checkpoint.Ending}: {NumberText.Count(checkpoint.Damaged, "damaged block")} of rows, embedded again."));
        }

        plan.Know(checkpoint.Finished);
        void Keep(BlockWork work)
        {
            work.FillEqual(checkpoint.Read);
            checkpoint.Keep(work.Block);
        }

        new ExtractionWorkers(plan, Keep, progress, cancellation).Run(missing);
        ExtractedRows rows;
        try
        {
            rows = new(plan, [.. checkpoint.Finished]);
        }
        catch (InputException)
        {
            checkpoint.Remove();
            throw;
        }

        var provenance = Provenance(labelsPath, rows);
        VectorColumn? Column(int dimension, bool image) => dimension == 0 ? null
            : new(dimension, (first, values) => checkpoint.Read(rows.Kept.AsSpan(first, values.Length / dimension), image, values), _options.Half);
        var skippedList = SkippedImage.Write(output, rows.Skipped, _options.Shard);
        EmbeddingFile.Write(output, new EmbeddingRows(rows.Table, Column(rows.ImageDimension, true), Column(rows.TextDimension, false), provenance));
        checkpoint.Remove();
        static int? Width(int dimension) => dimension == 0 ? null : dimension;
        return new(
            rows.Kept.Length, Width(rows.ImageDimension), Width(rows.TextDimension), rows.Skipped, skippedList, rows.Truncated, rows.EqualImages,
            plan.Texts?.Equal ?? 0, plan.Images?.LooseMatches ?? 0, plan.Count - missing.Sum(b => b.Count), provenance);
    }

    private ExtractionPlan Plan(string labelsPath, string? imageFolder, RunSize size, CancellationToken cancellation)
    {
        var dataset = LabelledDataset.Read(labelsPath);
        var (first, count) = _options.Shard?.RowsOf(dataset.Count) ?? (0, dataset.Count);
        var texts = _text is null ? null : new TextExtraction(_text, dataset, _options.TextColumn, first, count, cancellation);
        ImageExtraction? images = null;
        if (_image is not null)
        {
            var folder = imageFolder
                ?? throw new InputException($"{labelsPath}: no image folder; expected one, since {_image.Folder.Name} embeds images.");
            images = new(_image, dataset, new(dataset, folder, first, count), _options.Decoder);
        }

        return new(dataset, first, count, imageFolder, images, texts, size, _options);
    }

    private SortedDictionary<string, string> Provenance(string labelsPath, ExtractedRows rows)
    {
        var provenance = ExtractionProvenance.Of(labelsPath, _image, _text, _options);
        foreach (var (key, value) in rows.Provenance)
        {
            provenance[key] = value;
        }

        return provenance;
    }

    /// <summary>All that decides the bytes of the output.</summary>
    private SortedDictionary<string, string> Settings(string labelsPath, ExtractionPlan plan)
    {
        var settings = ExtractionProvenance.Of(labelsPath, _image, _text, _options);
        settings["images_state"] = plan.Images?.FilesState ?? "none";
        settings["max_pixels"] = _options.Decoder.MaxPixels.ToString(CultureInfo.InvariantCulture);
        settings["checkpoint_rows"] = _options.CheckpointRows.ToString(CultureInfo.InvariantCulture);
        settings["rows"] = string.Create(CultureInfo.InvariantCulture, $"{plan.First}+{plan.Count}");
        foreach (var (key, value) in plan.Size.Settings)
        {
            settings[key] = value;
        }

        return settings;
    }
}
