using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>The rows a model reads, held in native memory once: the modalities its kind reads, text columns first, then image columns.</summary>
internal sealed class FusionRows : IDisposable
{
    /// <summary>Joins the modalities.</summary>
    /// <param name="set">Embeddings, as the model is to see them (or before noise and shift).</param>
    /// <param name="fusion">Which modalities to read.</param>
    /// <param name="dtype">Precision in native memory.</param>
    /// <exception cref="InputException">A modality is missing, or a row of it is all zeros: there is nothing to learn or predict from.</exception>
    internal FusionRows(EmbeddingSet set, FusionOptions fusion, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        (TextWidth, ImageWidth) = (fusion.UsesText ? set.RequireText().Dimension : 0, fusion.UsesImage ? set.RequireImage().Dimension : 0);
        Tensor[] parts = [.. ((EmbeddingMatrix?[])[fusion.UsesText ? set.Text : null, fusion.UsesImage ? set.Image : null])
            .OfType<EmbeddingMatrix>().Select(m => CheckNotZero(set, m)).Select(m => tensor(m.Values, [m.Rows, m.Dimension], dtype))];
        Values = (parts.Length == 1 ? parts[0] : cat(parts, 1)).DetachFromDisposeScope();
    }

    /// <summary>N×(text + image).</summary>
    internal Tensor Values { get; }

    internal int TextWidth { get; }

    internal int ImageWidth { get; }

    internal int Count => (int)Values.shape[0];

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

    public void Dispose() => Values.Dispose();

    private static EmbeddingMatrix CheckNotZero(EmbeddingSet set, EmbeddingMatrix matrix)
    {
        for (var row = 0; row < matrix.Rows; row++)
        {
            if (!matrix.Row(row).ContainsAnyExcept(0f))
            {
                throw new InputException($"{set.Table.Source}: {(matrix == set.Text ? "text" : "image")} embedding of row '{set.Ids[row]}' is all zeros; " +
                    "expected an embedding. Remove the row, or embed it again.");
            }
        }

        return matrix;
    }
}
