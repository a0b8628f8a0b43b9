using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>Refuses NaN and infinity as soon as a model gives them, rather than at the end of the run.</summary>
internal static class FiniteRows
{
    internal static void Check(EmbeddingMatrix matrix, LabelledDataset dataset, Func<int, int> rowOf, string modality, string model)
    {
        for (var i = 0; i < matrix.Rows; i++)
        {
            foreach (var value in matrix.Row(i))
            {
                if (!float.IsFinite(value))
                {
                    var row = rowOf(i);
                    throw new InputException(
                        $"{dataset.Table.Source} row {dataset.Table.FileRow(row)} ({dataset.Ids[row]}): {model} gives {value} in its {modality} "
                            + $"embedding; expected finite numbers. Check the model and this row's {modality}.");
                }
            }
        }
    }
}
