using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>
/// The embeddings of a data set: a table of ids, labels, groups, splits and metadata, and one matrix a modality, row i of each belonging to
/// row i of the table. Immutable, but for the values behind the matrices.
/// </summary>
public sealed class EmbeddingSet
{
    /// <summary>Checks and joins the parts.</summary>
    /// <param name="table">Columns as in <see cref="LabelledDataset"/>; <c>text</c> may be missing.</param>
    /// <param name="image">N×D image embeddings, or null.</param>
    /// <param name="text">N×D' text embeddings, or null.</param>
    /// <param name="provenance">Where the numbers come from: model, model hash, preprocessing, precision, …; keys are written sorted.</param>
    /// <exception cref="InputException">No modality, row counts that differ, an empty or repeated id, a NaN or infinite value.</exception>
    public EmbeddingSet(TextTable table, EmbeddingMatrix? image, EmbeddingMatrix? text, IReadOnlyDictionary<string, string>? provenance = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (image is null && text is null)
        {
            throw new InputException($"{table.Source}: neither image nor text embeddings; expected at least one modality.");
        }

        LabelledDataset.CheckIds(table);
        (Table, Image, Text) = (table, image, text);
        Splits = LabelledDataset.ReadSplits(table);
        Provenance = provenance ?? new Dictionary<string, string>();
        Check(image, "image");
        Check(text, "text");
    }

    /// <summary>Ids, labels, groups, splits and metadata.</summary>
    public TextTable Table { get; }

    /// <summary>N×D image embeddings, or null.</summary>
    public EmbeddingMatrix? Image { get; }

    /// <summary>N×D' text embeddings, or null.</summary>
    public EmbeddingMatrix? Text { get; }

    /// <summary>Where the numbers come from.</summary>
    public IReadOnlyDictionary<string, string> Provenance { get; }

    /// <summary>N.</summary>
    public int Count => Table.RowCount;

    /// <summary>Ids, distinct.</summary>
    public string[] Ids => Table[LabelledDataset.IdColumn];

    /// <summary>Groups, or null when there are none.</summary>
    public string[]? Groups => Table.Contains(LabelledDataset.GroupColumn) ? Table[LabelledDataset.GroupColumn] : null;

    /// <summary>Splits, or null when there are none.</summary>
    public Split[]? Splits { get; }

    /// <summary>The image matrix, for work that needs it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public EmbeddingMatrix RequireImage() => Image ?? throw Missing("image");

    /// <summary>The text matrix, for work that needs it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public EmbeddingMatrix RequireText() => Text ?? throw Missing("text");

    /// <summary>A copy with only the given rows, in the given order.</summary>
    /// <param name="rows">0-based row numbers.</param>
    public EmbeddingSet Select(IReadOnlyList<int> rows) => new(Table.Select(rows), Image?.Select(rows), Text?.Select(rows), Provenance);

    /// <summary>The same rows with other matrices, e.g. after alignment.</summary>
    /// <param name="image">The new image matrix, or null.</param>
    /// <param name="text">The new text matrix, or null.</param>
    public EmbeddingSet With(EmbeddingMatrix? image, EmbeddingMatrix? text) => new(Table, image, text, Provenance);

    /// <summary>The 0-based numbers of the rows of a split.</summary>
    /// <param name="split">The split.</param>
    /// <exception cref="InputException">The set has no split column.</exception>
    public int[] RowsOf(Split split)
    {
        var splits = Splits ?? throw new InputException($"{Table.Source}: no column '{LabelledDataset.SplitColumn}'; expected train, val or test for every row.");
        return [.. Enumerable.Range(0, Count).Where(i => splits[i] == split)];
    }

    private InputException Missing(string modality) =>
        new($"{Table.Source}: no {modality} embeddings; expected both modalities for this job. Run `embedkit embed` with both, or merge the two files.");

    private void Check(EmbeddingMatrix? matrix, string modality)
    {
        if (matrix is null)
        {
            return;
        }

        if (matrix.Rows != Count)
        {
            throw new InputException($"{Table.Source}: {matrix.Rows} {modality} embeddings for {Count} rows; expected one a row.");
        }

        var bad = Array.FindIndex(matrix.Values, v => !float.IsFinite(v));
        if (bad >= 0)
        {
            var (row, column) = Math.DivRem(bad, matrix.Dimension);
            throw new InputException($"{Table.Source} row {row + 2} ({Ids[row]}): {modality} embedding value {column} is {matrix.Values[bad]}; expected finite numbers.");
        }
    }
}
