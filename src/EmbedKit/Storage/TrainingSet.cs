using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>
/// Rows that may be passed to a <c>Fit</c>. Only a split makes one, so that fitting on test rows does not compile; the as-published
/// protocol has the one visible exception, <see cref="AllRowsAsPublished"/>.
/// </summary>
public sealed class TrainingSet
{
    private TrainingSet(EmbeddingSet rows) => Rows = rows;

    /// <summary>The training rows.</summary>
    public EmbeddingSet Rows { get; }

    /// <summary>The rows marked <c>train</c>.</summary>
    /// <param name="set">A set with a split column.</param>
    /// <exception cref="InputException">There is no split column or no training row.</exception>
    public static TrainingSet From(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var rows = set.RowsOf(Split.Train);
        return rows.Length == 0
            ? throw new InputException($"{set.Table.Source}: no row has split 'train'; expected some to learn from.")
            : new(set.Select(rows));
    }

    /// <summary>
    /// Every row, test rows included: what the published code fits its gap vector on. A leak, named where it happens; for the published
    /// protocol and the leakage audit only.
    /// </summary>
    /// <param name="set">All rows.</param>
    public static TrainingSet AllRowsAsPublished(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new(set);
    }

    /// <summary>The same training rows with other matrices, for the next of several steps that each learn.</summary>
    /// <param name="image">The new image matrix.</param>
    /// <param name="text">The new text matrix.</param>
    public TrainingSet With(EmbeddingMatrix? image, EmbeddingMatrix? text) => new(Rows.With(image, text));

    /// <summary>Some of the training rows.</summary>
    /// <param name="rows">Row numbers.</param>
    internal TrainingSet Select(int[] rows) => new(Rows.Select(rows));
}
