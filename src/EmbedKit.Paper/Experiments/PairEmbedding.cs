using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>Embeds a data set with an encoder pair.</summary>
internal static class PairEmbedding
{
    /// <summary>Embeds images and leak-free texts; skipped images are listed beside the embeddings.</summary>
    internal static EmbeddingSet Run(
        string labels, string images, string path, EncoderPair encoder, int threads, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        using var image = new OnnxImageEncoder(ModelFolder.Open(encoder.ImageModel));
        using var text = new OnnxTextEncoder(ModelFolder.Open(encoder.TextModel ?? encoder.ImageModel));
        var result = new ExtractionJob(image, text, new() { Threads = threads }).Run(labels, images, progress, cancellation);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SkippedImage.Write(path, result.Skipped);
        return result.Embeddings;
    }

    /// <summary>The same images beside the published texts: images are not embedded twice.</summary>
    internal static EmbeddingSet WithPublishedTexts(
        EmbeddingSet clean, LabelledDataset dataset, string labels, EncoderPair encoder, int threads, IProgress<JobProgress>? progress,
        CancellationToken cancellation)
    {
        if (!dataset.Table.Contains(LabelledDataset.PublishedTextColumn))
        {
            return clean;
        }

        using var text = new OnnxTextEncoder(ModelFolder.Open(encoder.TextModel ?? encoder.ImageModel));
        var options = new ExtractionOptions { Threads = threads, TextColumn = LabelledDataset.PublishedTextColumn };
        var published = new ExtractionJob(null, text, options).Run(labels, null, progress, cancellation).Embeddings;
        var rows = published.Ids.Select((id, row) => (id, row)).ToDictionary(p => p.id, p => p.row, StringComparer.Ordinal);
        var provenance = published.Provenance.Concat(clean.Provenance.Where(p => !published.Provenance.ContainsKey(p.Key))).ToDictionary();
        return new(clean.Table, clean.Image, published.RequireText().Select([.. clean.Ids.Select(id => rows[id])]), provenance);
    }
}
