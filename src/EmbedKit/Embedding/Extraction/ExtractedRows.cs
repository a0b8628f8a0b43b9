using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>What finished blocks come to: which rows have an embedding, which do not and why, and what to write beside them.</summary>
internal sealed class ExtractedRows
{
    private readonly ExtractionPlan _plan;

    /// <summary>Sums up the blocks of a plan.</summary>
    /// <exception cref="InputException">No image could be read.</exception>
    internal ExtractedRows(ExtractionPlan plan, IReadOnlyList<ExtractionBlock> blocks)
    {
        _plan = plan;
        var rows = blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(i => (Block: block, Index: i))).ToList();
        var kept = rows.Where(r => r.Block.Reasons[r.Index] is null).ToList();
        Kept = [.. kept.Select(r => r.Block.First + r.Index)];
        Skipped =
            [.. rows.Where(r => r.Block.Reasons[r.Index] is not null).Select(r => plan.Skipped(r.Block.First + r.Index, r.Block.Reasons[r.Index]!))];
        if (Kept.Length == 0)
        {
            throw new InputException(
                $"{plan.Dataset.Table.Source}: none of its {NumberText.Count(rows.Count, "image")} below {plan.ImageFolder} can be read (the first: "
                    + $"{Skipped[0].Reason}); expected at least one.");
        }

        ImageDimension = blocks.Max(b => b.Image.Dimension);
        TextDimension = blocks.Max(b => b.Text.Dimension);
        Truncated = kept.Count(r => r.Block.Truncated[r.Index]);
        var hashes = kept.Select(r => (plan.Dataset.Ids[r.Block.First + r.Index], r.Block.Hashes[r.Index])).ToList();
        EqualImages = plan.Images is null ? 0 : hashes.Count - hashes.Select(h => h.Item2).Distinct().Count();
        Provenance = new(StringComparer.Ordinal);
        if (plan.Images is not null)
        {
            Provenance["skipped_images"] = Skipped.Count.ToString(CultureInfo.InvariantCulture);
            Provenance["images_sha256"] = ContentHash.OfRows(hashes);
        }

        if (plan.Texts is not null)
        {
            Provenance["truncated_texts"] = Truncated.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The rows of the labels that have an embedding, in order.</summary>
    internal int[] Kept { get; }

    internal IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>Width of the image embeddings; 0 for none.</summary>
    internal int ImageDimension { get; }

    /// <summary>Width of the text embeddings; 0 for none.</summary>
    internal int TextDimension { get; }

    /// <summary>Rows whose text was cut.</summary>
    internal int Truncated { get; }

    /// <summary>Rows whose image equals that of an earlier row.</summary>
    internal int EqualImages { get; }

    /// <summary>Counts and hashes, to be joined with what was known before.</summary>
    internal SortedDictionary<string, string> Provenance { get; }

    /// <summary>The labels of the rows that have an embedding.</summary>
    internal TextTable Table => Kept.Length == _plan.Dataset.Count ? _plan.Dataset.Table : _plan.Dataset.Table.Select(Kept);
}
