using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;

namespace EmbedKit.Embedding.Extraction;

/// <summary>Where a job's numbers come from, as it is written into its output and compared when unfinished work is gone on with.</summary>
internal static class ExtractionProvenance
{
    /// <summary>What is known before anything is embedded.</summary>
    internal static SortedDictionary<string, string> Of(string labelsPath, OnnxImageEncoder? image, ITextEmbedder? text, ExtractionOptions options)
    {
        static string Both<T>(T? image, T? text, Func<T, string> name)
            where T : struct => string.Join(", ", new[] { image, text }.OfType<T>().Select(name).Distinct());
        var provenance = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["labels"] = Path.GetFileName(labelsPath),
            ["labels_sha256"] = ModelHashes.Of(labelsPath),
            ["precision"] = Both(image?.Precision, text?.Precision, p => p.Name()),
            ["device"] = Both(image?.Device, text?.Device, d => d == ExecutionDevice.Cuda ? "cuda" : "cpu"),
            ["runtime"] = OnnxModel.RuntimeVersion,
        };
        if (options.Shard is { } shard)
        {
            provenance["shard"] = shard.ToString();
        }

        if (image is not null)
        {
            image.Describe(provenance, "image");
            provenance["image_preprocessing"] = image.Preprocessor.Description;
            provenance["exif_orientation"] = options.Decoder.ApplyExifOrientation ? "applied" : "ignored";
        }

        if (text is not null)
        {
            text.Describe(provenance);
            provenance["text_column"] = options.TextColumn;
        }

        return provenance;
    }
}
