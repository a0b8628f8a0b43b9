using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>What an extraction gave.</summary>
/// <param name="Embeddings">One row a pair whose image could be read, in the order of the labels, with provenance.</param>
/// <param name="Skipped">The rows whose image could not.</param>
/// <param name="TruncatedTexts">Rows whose text was cut to the model's context.</param>
public sealed record ExtractionResult(EmbeddingSet Embeddings, IReadOnlyList<SkippedImage> Skipped, int TruncatedTexts);

/// <summary>
/// Embeds a labels file: its images, its texts, or both. The result does not depend on batch size or threads, but for the rounding of
/// ONNX Runtime's kernels: at most 1e-5 of a row's length.
/// </summary>
public sealed class ExtractionJob
{
    private readonly OnnxImageEncoder? _image;
    private readonly OnnxTextEncoder? _text;
    private readonly ExtractionOptions _options;

    /// <summary>Sets up a job.</summary>
    /// <param name="image">The image encoder, or null for no image embeddings.</param>
    /// <param name="text">The text encoder, or null for no text embeddings.</param>
    /// <param name="options">Options; null takes the defaults.</param>
    /// <exception cref="InputException">Neither encoder, or an option out of range.</exception>
    public ExtractionJob(OnnxImageEncoder? image, OnnxTextEncoder? text, ExtractionOptions? options = null)
    {
        (_image, _text, _options) = (image, text, options ?? new());
        _options.Validate();
        if (image is null && text is null)
        {
            throw new InputException("neither an image nor a text encoder; expected at least one.");
        }
    }

    /// <summary>Runs the job. Nothing is written.</summary>
    /// <param name="labelsPath">The labels CSV.</param>
    /// <param name="imageFolder">The folder of its images; null only without an image encoder.</param>
    /// <param name="progress">Told of images and texts done, and of every image skipped.</param>
    /// <param name="cancellation">Ends the job between batches.</param>
    /// <exception cref="InputException">
    /// Bad labels, no readable image, an id that leads out of the folder, an empty text, a model that gives NaN; under fail-fast, the first
    /// image skipped or text cut.
    /// </exception>
    public ExtractionResult Run(string labelsPath, string? imageFolder, IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        var dataset = LabelledDataset.Read(labelsPath);
        var texts = _text is null ? null : new TextExtraction(_text, dataset, _options);
        var (rows, image, skipped) = (Enumerable.Range(0, dataset.Count).ToArray(), (EmbeddingMatrix?)null, (IReadOnlyList<SkippedImage>)[]);
        if (_image is not null)
        {
            var folder = imageFolder ?? throw new InputException($"{labelsPath}: no image folder; expected one, since {_image.Folder.Name} embeds images.");
            (rows, image, skipped) = new ImageExtraction(_image, _options, progress).Run(dataset, folder, cancellation);
        }

        var text = texts?.Run(rows, progress, cancellation);
        var truncated = texts?.CountTruncated(rows) ?? 0;
        var table = skipped.Count == 0 ? dataset.Table : dataset.Table.Select(rows);
        return new(new(table, image, text, Provenance(labelsPath, skipped.Count, truncated)), skipped, truncated);
    }

    private Dictionary<string, string> Provenance(string labelsPath, int skipped, int truncated)
    {
        var provenance = new Dictionary<string, string>
        {
            ["labels"] = Path.GetFileName(labelsPath),
            ["labels_sha256"] = ModelHashes.Of(labelsPath),
            ["precision"] = string.Join(", ", new[] { _image?.Precision, _text?.Precision }.OfType<ModelPrecision>().Distinct().Select(p => p.Name())),
            ["runtime"] = OnnxModel.RuntimeVersion,
            ["skipped_images"] = skipped.ToString(CultureInfo.InvariantCulture),
        };
        if (_image is not null)
        {
            provenance["image_model"] = _image.Folder.Name;
            provenance["image_model_file"] = _image.File;
            provenance["image_model_sha256"] = _image.ModelHash;
            provenance["image_pooling"] = _image.Pooling.Name();
            provenance["image_preprocessing"] = _image.Preprocessor.Description + (_options.Decoder.ApplyExifOrientation ? ", EXIF orientation applied" : "");
        }

        if (_text is not null)
        {
            provenance["text_model"] = _text.Folder.Name;
            provenance["text_model_file"] = _text.File;
            provenance["text_model_sha256"] = _text.ModelHash;
            provenance["text_pooling"] = _text.Pooling.Name();
            provenance["text_column"] = _options.TextColumn;
            provenance["text_context"] = _text.Tokenizer.MaxLength.ToString(CultureInfo.InvariantCulture);
            provenance["truncated_texts"] = truncated.ToString(CultureInfo.InvariantCulture);
        }

        return provenance;
    }
}
