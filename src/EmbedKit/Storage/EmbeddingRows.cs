using EmbedKit.Data;

namespace EmbedKit.Storage;

/// <summary>Embeddings whose vectors are read a few rows at a time, so that a file can be written of more than fits into memory.</summary>
/// <param name="Table">Ids, labels, groups, splits and metadata.</param>
/// <param name="Image">The image vectors, or null.</param>
/// <param name="Text">The text vectors, or null.</param>
/// <param name="Provenance">Where the numbers come from.</param>
internal sealed record EmbeddingRows(TextTable Table, VectorColumn? Image, VectorColumn? Text, IReadOnlyDictionary<string, string> Provenance)
{
    internal static EmbeddingRows Of(EmbeddingSet set) => new(set.Table, VectorColumn.Of(set.Image), VectorColumn.Of(set.Text), set.Provenance);
}

/// <summary>Reads whole vectors.</summary>
/// <param name="firstRow">The first row, 0-based.</param>
/// <param name="values">Room for one or more vectors.</param>
internal delegate void VectorReader(int firstRow, Span<float> values);

/// <summary>One modality's vectors.</summary>
/// <param name="Dimension">Their width.</param>
/// <param name="Read">Reads them.</param>
/// <param name="Half">Whether Parquet keeps them in half precision.</param>
internal sealed record VectorColumn(int Dimension, VectorReader Read, bool Half = false)
{
    internal static VectorColumn? Of(EmbeddingMatrix? matrix) => matrix is null ? null
        : new(
            matrix.Dimension,
            (first, values) =>
            {
                for (var at = 0; at < values.Length; at += matrix.Dimension)
                {
                    matrix.CopyRow(first + (at / matrix.Dimension), values.Slice(at, matrix.Dimension));
                }
            },
            matrix.IsHalf);
}
