using EmbedKit.Alignment;
using EmbedKit.Storage;

namespace EmbedKit.Fusion.Stacked;

/// <summary>The rows of a sweep over λ, normalised and stretched, never shifted, for models of every kind.</summary>
internal sealed class StackedRows : IDisposable
{
    private static readonly FusionOptions Both = new() { Kind = FusionKind.Early };

    /// <summary>Prepares.</summary>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="selection">The rows that choose each model's epoch; null takes the last epoch.</param>
    /// <param name="shift">The alignment, of which only λ varies.</param>
    internal StackedRows(TrainingSet training, EmbeddingSet? selection, FittedShift shift)
    {
        Training = new(training.Rows, Both, shift.Prepare);
        Selection = selection is null ? null : new(selection, Both, shift.Prepare);
    }

    internal FusionRows Training { get; }

    internal FusionRows? Selection { get; }

    public void Dispose()
    {
        Training.Dispose();
        Selection?.Dispose();
    }
}
