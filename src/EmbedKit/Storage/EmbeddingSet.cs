using System.Numerics.Tensors;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>
/// The embeddings of a data set: a table of ids, labels, groups, splits and metadata, and one matrix a modality, row i of each belonging to
/// row i of the table. Immutable, but for the values behind the matrices.
/// </summary>
public sealed class EmbeddingSet
{
    /// <summary>Rows in a block: at widths of some thousands its matrices are a megabyte or two, which costs the collector nothing.</summary>
    internal const int BlockRows = 64;

    /// <summary>Checks and joins the parts.</summary>
    /// <param name="table">Columns as in <see cref="LabelledDataset"/>; <c>text</c> may be missing.</param>
    /// <param name="image">N×D image embeddings, or null.</param>
    /// <param name="text">N×D' text embeddings, or null.</param>
    /// <param name="provenance">Where the numbers come from: model, model hash, preprocessing, precision, …; keys are written sorted.</param>
    /// <exception cref="InputException">No modality, row counts that differ, an empty or repeated id, a NaN or infinite value.</exception>
    public EmbeddingSet(TextTable table, EmbeddingMatrix? image, EmbeddingMatrix? text, IReadOnlyDictionary<string, string>? provenance = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        RequireOne(table, image, text);
        LabelledDataset.CheckIds(table);
        (Table, Image, Text) = (table, image, text);
        Splits = LabelledDataset.ReadSplits(table);
        Provenance = provenance ?? new Dictionary<string, string>();
        Check(image, "image");
        Check(text, "text");
    }

    /// <summary>Joins parts that are checked already.</summary>
    private EmbeddingSet(
        TextTable table, Split[]? splits, EmbeddingMatrix? image, EmbeddingMatrix? text, IReadOnlyDictionary<string, string> provenance) =>
        (Table, Splits, Image, Text, Provenance) = (table, splits, image, text, provenance);

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
    public string[]? Groups => Table.Contains(LabelledDataset.GroupColumn) ? CellMeaning.Groups(Table) : null;

    /// <summary>Splits, or null when there are none.</summary>
    public Split[]? Splits { get; }

    /// <summary>The image matrix, for work that needs it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public EmbeddingMatrix RequireImage() => Image ?? throw Missing("image");

    /// <summary>The text matrix, for work that needs it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public EmbeddingMatrix RequireText() => Text ?? throw Missing("text");

    /// <summary>The given rows, in the given order; the matrices' numbers are shared, not copied.</summary>
    /// <param name="rows">0-based row numbers, distinct.</param>
    /// <exception cref="InputException">A row is given twice.</exception>
    public EmbeddingSet Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var table = Table.Select(rows);
        LabelledDataset.CheckIds(table);
        return new(table, Splits is null ? null : [.. rows.Select(row => Splits[row])], Image?.Select(rows), Text?.Select(rows), Provenance);
    }

    /// <summary>The same rows with other matrices, e.g. after alignment.</summary>
    /// <param name="image">The new image matrix, or null.</param>
    /// <param name="text">The new text matrix, or null.</param>
    /// <exception cref="InputException">No modality, row counts that differ, a NaN or infinite value.</exception>
    public EmbeddingSet With(EmbeddingMatrix? image, EmbeddingMatrix? text)
    {
        RequireOne(Table, image, text);
        Check(ReferenceEquals(image, Image) ? null : image, "image");
        Check(ReferenceEquals(text, Text) ? null : text, "text");
        return new(Table, Splits, image, text, Provenance);
    }

    /// <summary>The same embeddings under another table, e.g. with another split.</summary>
    /// <param name="table">As many rows, in the same order.</param>
    /// <exception cref="InputException">An empty or repeated id, or an unknown split.</exception>
    public EmbeddingSet With(TextTable table)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.RowCount, Count);
        LabelledDataset.CheckIds(table);
        return new(table, LabelledDataset.ReadSplits(table), Image, Text, Provenance);
    }

    /// <summary>Both modalities in half precision, which halves the memory and the file: every number rounded to 11 significant bits.</summary>
    /// <exception cref="InputException">A value is larger than half precision holds (65,504).</exception>
    public EmbeddingSet ToHalf() => With(Image?.ToHalf(), Text?.ToHalf());

    /// <summary>The set in blocks of a few rows, so that what is made of them need not be made of all at once.</summary>
    internal IEnumerable<EmbeddingSet> InBlocks()
    {
        for (var start = 0; start < Count; start += BlockRows)
        {
            yield return Select([.. Enumerable.Range(start, Math.Min(BlockRows, Count - start))]);
        }
    }

    /// <summary>The 0-based numbers of the rows of a split.</summary>
    /// <param name="split">The split.</param>
    /// <exception cref="InputException">The set has no split column.</exception>
    public int[] RowsOf(Split split)
    {
        var splits = Splits
            ?? throw new InputException($"{Table.Source}: no column '{LabelledDataset.SplitColumn}'; expected train, val or test for every row.");
        return [.. Enumerable.Range(0, Count).Where(i => splits[i] == split)];
    }

    private static void RequireOne(TextTable table, EmbeddingMatrix? image, EmbeddingMatrix? text)
    {
        if (image is null && text is null)
        {
            throw new InputException($"{table.Source}: neither image nor text embeddings; expected at least one modality.");
        }
    }

    private InputException Missing(string modality) =>
        new(
            $"{Table.Source}: no {modality} embeddings; expected both modalities for this job. Run `embedkit embed` with both, or merge the two "
                + "files.");

    private void Check(EmbeddingMatrix? matrix, string modality)
    {
        if (matrix is null)
        {
            return;
        }

        if (matrix.Rows != Count)
        {
            throw new InputException($"{Table.Source}: {NumberText.Count(matrix.Rows, $"{modality} embedding")} for "
                + $"{NumberText.Count(Count, "row")}; expected one a row.");
        }

        var values = new float[matrix.Dimension];
        for (var row = 0; row < matrix.Rows; row++)
        {
            // The largest magnitude is NaN where any is, and infinite where any is.
            matrix.CopyRow(row, values);
            if (!float.IsFinite(TensorPrimitives.MaxMagnitude<float>(values)))
            {
                var column = Array.FindIndex(values, v => !float.IsFinite(v));
                throw new InputException(
                    $"{Table.Source} row {Table.FileRow(row)} ({Ids[row]}): {modality} embedding value {column} is {values[column]}; expected "
                        + "finite numbers" +
                    $"{(matrix.IsHalf ? " of at most 65,504, the largest in half precision" : "")}.");
            }
        }
    }
}
