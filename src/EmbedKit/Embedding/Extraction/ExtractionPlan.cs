using EmbedKit.Data;

namespace EmbedKit.Embedding.Extraction;

/// <summary>What a job is to compute: a range of a labels file's rows with its images, its texts, or both.</summary>
/// <param name="Dataset">The labels.</param>
/// <param name="First">First row, 0-based.</param>
/// <param name="Count">Number of rows.</param>
/// <param name="ImageFolder">The folder of the images, or null.</param>
/// <param name="Images">The image side, or null.</param>
/// <param name="Texts">The text side, or null.</param>
/// <param name="Size">How much a run of a model takes.</param>
/// <param name="Options">The job's options.</param>
internal sealed record ExtractionPlan(
    LabelledDataset Dataset, int First, int Count, string? ImageFolder, ImageExtraction? Images, TextExtraction? Texts, RunSize Size,
    ExtractionOptions Options)
{
    /// <summary>The rows of each block.</summary>
    internal IEnumerable<(int First, int Count)> Blocks(int rows) =>
        Enumerable.Range(0, (Count + rows - 1) / rows).Select(b => (First + (b * rows), Math.Min(rows, Count - (b * rows))));

    internal SkippedImage Skipped(int row, string reason) => new(Dataset.Table.FileRow(row), Dataset.Ids[row], reason);

    /// <summary>Takes over what an earlier run found: whose images are equal to later ones, which texts were cut.</summary>
    internal void Know(IEnumerable<ExtractionBlock> finished)
    {
        foreach (var block in finished)
        {
            for (var i = 0; i < block.Count; i++)
            {
                if (block.Reasons[i] is null)
                {
                    Images?.Know(block.First + i, block.Hashes[i]);
                }

                if (block.Truncated[i])
                {
                    Texts!.MarkTruncated(block.First + i);
                }
            }
        }
    }
}
