using EmbedKit.Data;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Quantization;

/// <summary>Images and texts to compare two precisions on. Images are made or decoded each time they are gone through, so memory stays
/// flat.</summary>
/// <param name="Description">Where they come from; generated ones say that they are synthetic.</param>
/// <param name="Images">The images.</param>
/// <param name="Texts">The texts.</param>
public sealed record SampleInputs(string Description, IEnumerable<RgbImage> Images, IReadOnlyList<string> Texts)
{
    /// <summary>Random rows of a labels file, in its order.</summary>
    /// <param name="labels">The labels file.</param>
    /// <param name="imageFolder">Folder of its images; null where the model embeds none.</param>
    /// <param name="count">How many; all rows where there are fewer.</param>
    /// <param name="streams">The root of random choices.</param>
    /// <exception cref="InputException">Bad labels, or, when images are gone through, one that cannot be read.</exception>
    public static SampleInputs From(string labels, string? imageFolder, int count, RandomStreams streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var dataset = LabelledDataset.Read(labels);
        var rows = Enumerable.Range(0, dataset.Count).ToArray();
        streams.Create("quantization/rows").Shuffle(rows);
        rows = [.. rows.Take(count).Order()];
        var decoder = new ImageDecoder();
        IEnumerable<RgbImage> Images()
        {
            var folder = imageFolder ?? throw new InputException($"{labels}: no image folder; expected one, since the model embeds images.");
            var files = new ImageFiles(dataset, folder, 0, dataset.Count);
            foreach (var row in rows)
            {
                yield return decoder.Read(
                    files.Of(row)
                        ?? throw new InputException(
                            $"{labels} row {dataset.Table.FileRow(row)}: no image '{dataset.Ids[row]}' below {folder}; expected one."));
            }
        }

        return new(
            $"{NumberText.Count(rows.Length, "row")} of {Path.GetFileName(labels)}", Images(), dataset.Table.Contains(LabelledDataset.TextColumn)
                ? [.. rows.Select(r => dataset.Texts[r])] : []);
    }
}
