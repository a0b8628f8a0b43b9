using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// The rows a model reads: the modalities its kind reads, text columns first, then image columns. Rows that fit are made once and kept in native
/// memory; of larger sets each minibatch is made when it is asked for, to the same bits, so that only the stored embeddings are in memory.
/// Safe from any thread.
/// </summary>
internal sealed class FusionRows : IDisposable
{
    /// <summary>Rows of more bytes are not kept: a gigabyte, 250,000 rows of 1,024.</summary>
    internal const long KeptBytes = 1L << 30;

    private readonly EmbeddingSet _set;
    private readonly Func<EmbeddingSet, EmbeddingSet> _prepare;
    private readonly FusionOptions _fusion;
    private readonly Tensor? _kept;

    /// <summary>Joins the modalities.</summary>
    /// <param name="set">Embeddings as they are stored.</param>
    /// <param name="fusion">Which modalities to read.</param>
    /// <param name="prepare">What makes them what the model is to see (or before noise and shift), row by row; null: nothing.</param>
    /// <param name="dtype">Precision in native memory.</param>
    /// <param name="keep">Bytes up to which rows are kept.</param>
    /// <exception cref="InputException">A modality is missing, or a row of it is all zeros (when rows are made): there is nothing to learn or predict
    /// from.</exception>
    internal FusionRows(
        EmbeddingSet set, FusionOptions fusion, Func<EmbeddingSet, EmbeddingSet>? prepare = null, ScalarType dtype = ScalarType.Float32,
        long keep = KeptBytes)
    {
        (_set, _fusion, _prepare, DType) = (set, fusion, prepare ?? (rows => rows), dtype);
        var first = _prepare(set.Select([.. Enumerable.Range(0, Math.Min(1, set.Count))]));
        (TextWidth, ImageWidth) = (fusion.UsesText ? first.RequireText().Dimension : 0, fusion.UsesImage ? first.RequireImage().Dimension : 0);
        _kept = (long)Count * Width * dtype.ElementSize() > keep ? null : Make([.. Enumerable.Range(0, Count)]).DetachFromDisposeScope();
    }

    /// <summary>The columns of another kind, of rows that have them; what is kept is shared.</summary>
    private FusionRows(FusionRows all, FusionOptions fusion)
    {
        (_set, _fusion, _prepare, DType) = (all._set, fusion, all._prepare, all.DType);
        (TextWidth, ImageWidth) = (fusion.UsesText ? all.TextWidth : 0, fusion.UsesImage ? all.ImageWidth : 0);
        _kept = all._kept?.narrow(1, fusion.UsesText ? 0 : all.TextWidth, Width).DetachFromDisposeScope();
    }

    internal int Count => _set.Count;

    internal int TextWidth { get; }

    internal int ImageWidth { get; }

    internal int Width => TextWidth + ImageWidth;

    internal ScalarType DType { get; }

    /// <summary>Which modalities are read, and how the model that reads them is shaped.</summary>
    internal FusionOptions Options => _fusion;

    /// <summary>The columns that another kind reads.</summary>
    internal FusionRows Of(FusionOptions fusion) => new(this, fusion);

    /// <summary>The rows of a minibatch, B×(text + image).</summary>
    /// <param name="rows">B row numbers, int64.</param>
    internal Tensor Take(Tensor rows) => _kept?.index_select(0, rows) ?? Make([.. rows.data<long>().ToArray().Select(row => (int)row)]);

    /// <summary>Rows in a row, N×(text + image); a view of what is kept.</summary>
    internal Tensor Range(int start, int count) => _kept?.narrow(0, start, count) ?? Make([.. Enumerable.Range(start, count)]);

    /// <summary>What is true of the rows, in the form of <see cref="Evaluation.Predictions.True"/>: class indices, or N×L of 0 and 1.</summary>
    internal static int[] Truth(LabelEncoding encoding, TextTable table) => encoding.Task == TaskKind.Multilabel
        ? [.. encoding.EncodeMultilabel(table).Select(v => (int)v)]
        : encoding.Encode(table);

    /// <summary>N×C targets for the loss: one-hot rows, or for binary the one column of the positive class.</summary>
    internal static Tensor LossTargets(LabelEncoding encoding, TextTable table, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        var all = tensor(encoding.EncodeMultilabel(table), [table.RowCount, encoding.Classes.Count], dtype);
        return (encoding.Task == TaskKind.Binary ? all.narrow(1, 1, 1).contiguous() : all).DetachFromDisposeScope();
    }

    public void Dispose() => _kept?.Dispose();

    private Tensor Make(int[] rows)
    {
        using var grad = no_grad();
        var made = empty(rows.Length, Width, dtype: DType);
        for (var start = 0; start < rows.Length; start += EmbeddingSet.BlockRows)
        {
            using var scope = NewDisposeScope();
            var block = _prepare(_set.Select(rows[start..Math.Min(start + EmbeddingSet.BlockRows, rows.Length)]));
            var target = made.narrow(0, start, block.Count);
            Put(block, _fusion.UsesText ? block.Text : null, target, 0);
            Put(block, _fusion.UsesImage ? block.Image : null, target, TextWidth);
        }

        return made;
    }

    private static void Put(EmbeddingSet block, EmbeddingMatrix? modality, Tensor target, int column)
    {
        if (modality is null)
        {
            return;
        }

        for (var row = 0; row < modality.Rows; row++)
        {
            if (!modality.Row(row).ContainsAnyExcept(0f))
            {
                throw new InputException(
                    $"{block.Table.Source}: {(modality == block.Text ? "text" : "image")} embedding of row '{block.Ids[row]}' is all zeros; " +
                    "expected an embedding. Remove the row, or embed it again.");
            }
        }

        target.narrow(1, column, modality.Dimension).copy_(tensor(modality.Values, [modality.Rows, modality.Dimension]));
    }
}
