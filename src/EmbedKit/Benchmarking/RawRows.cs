using EmbedKit.Data;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarking;

/// <summary>Images and texts as they are stored, read anew whenever they are asked for.</summary>
/// <param name="dataset">Ids, texts, labels and splits (N rows).</param>
/// <param name="imageFolder">The folder of the images; null where none are read.</param>
internal sealed class RawRows(LabelledDataset dataset, string? imageFolder)
{
    private readonly ImageDecoder _decoder = new();
    private readonly ImageFiles? _files = imageFolder is null ? null : new(dataset, imageFolder, 0, dataset.Count);
    private readonly Dictionary<string, int> _rowOf = dataset.Ids.Index().ToDictionary(p => p.Item, p => p.Index, StringComparer.Ordinal);

    /// <summary>All rows, not embedded: a one in the place of each vector.</summary>
    internal EmbeddingSet Rows { get; } = new(dataset.Table, new(dataset.Count, 1, [.. Enumerable.Repeat(1f, dataset.Count)]), null);

    /// <summary>The numbers of some of <see cref="Rows"/>.</summary>
    internal int[] NumbersOf(EmbeddingSet rows) => [.. rows.Ids.Select(id => _rowOf[id])];

    /// <summary>The text of a row.</summary>
    internal string Text(int row) => dataset.Texts[row];

    /// <summary>The images of rows, prepared for an encoder: N × 3×H×W.</summary>
    /// <exception cref="InputException">An image that is not there or cannot be read.</exception>
    internal float[] Pixels(ImagePreprocessor preprocessor, IReadOnlyList<int> rows)
    {
        var pixels = new float[rows.Count * preprocessor.Length];
        for (var i = 0; i < rows.Count; i++)
        {
            var path = _files!.Of(rows[i]) ?? throw new InputException(
                $"{dataset.Table.Source} row {dataset.Table.FileRow(rows[i])} ('{dataset.Ids[rows[i]]}'): no such image in {imageFolder}; expected "
                    + "one for every row that was embedded.");
            preprocessor.Process(_decoder.Read(path), pixels.AsSpan(i * preprocessor.Length, preprocessor.Length));
        }

        return pixels;
    }

    /// <summary>Bytes of all images; 0 where none are read.</summary>
    internal long ImageBytes() => _files is null ? 0
        : Enumerable.Range(0, dataset.Count).Select(_files.Of).OfType<string>().Distinct().Sum(path => new FileInfo(path).Length);
}
