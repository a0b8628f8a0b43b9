using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Fusion.Stacked;

/// <summary>Trains a sweep's models of one kind. Safe from any thread.</summary>
internal sealed class StackedTraining : IDisposable
{
    // Weights and both moments of the models that are trained together stay in the processor's cache from one minibatch to the next. The size
    // does not depend on the machine, so that results do not either.
    private const long GroupBytes = 8L << 20;

    private readonly FittedShift _shift;
    private readonly LabelEncoding _encoding;
    private readonly FusionOptions _fusion;
    private readonly TrainingRows _training;
    private readonly SelectionRows? _selection;

    /// <summary>Takes what the models of this kind read.</summary>
    /// <param name="rows">The sweep's rows.</param>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="selection">The rows that choose each model's epoch; null takes the last epoch.</param>
    /// <param name="encoding">The label.</param>
    /// <param name="fusion">The models' shape, which <see cref="StackedLoop.Supports"/> allows.</param>
    /// <param name="loss">The form of the loss.</param>
    /// <param name="shift">The alignment, of which only λ varies.</param>
    internal StackedTraining(
        StackedRows rows, TrainingSet training, EmbeddingSet? selection, LabelEncoding encoding, FusionOptions fusion, LossKind loss,
        FittedShift shift)
    {
        (_shift, _encoding, _fusion) = (shift, encoding, fusion);
        var table = training.Rows.Table;
        _training = new(rows.Training.Of(fusion), FusionRows.LossTargets(encoding, table), FusionLoss.Fit(loss, encoding, table));
        _selection = selection is null ? null : new(rows.Selection!.Of(fusion), FusionRows.Truth(encoding, selection.Table));
    }

    /// <summary>Cuts a grid of λ into the groups that are trained together.</summary>
    /// <param name="fusion">The models' shape.</param>
    /// <param name="width">Columns of one modality, after stretching.</param>
    /// <param name="lambdas">The grid.</param>
    internal static IReadOnlyList<double[]> Groups(FusionOptions fusion, int width, IReadOnlyList<double> lambdas)
    {
        var weights = (long)width * ((fusion.UsesText ? fusion.HiddenWidths[0] : 0) + (fusion.UsesImage ? fusion.ImageHiddenWidths[0] : 0));
        var most = Math.Max(1, GroupBytes / (3 * sizeof(float) * weights));

        // Groups as equal as can be: 21 models in groups of at most 8 are 7, 7, 7.
        var count = (int)((lambdas.Count + most - 1) / most);
        return [.. Enumerable.Range(0, count).Select(g => lambdas.Take(lambdas.Count * (g + 1) / count).Skip(lambdas.Count * g / count).ToArray())];
    }

    /// <summary>Trains one model per λ, in one pass over the rows.</summary>
    internal IReadOnlyList<TrainedModel> Train(
        TrainerOptions options, RandomStreams random, IReadOnlyList<double> lambdas, CancellationToken cancellation) =>
    [
        .. new StackedLoop(_fusion, _encoding, options, random).Run<float>(
            _training, _selection, _shift.Vector, _shift.Options.Renormalize, lambdas, cancellation)
            .Zip(lambdas, (trained, lambda) => new TrainedModel
            {
                Model = trained.Model,
                Encoding = _encoding,
                Shift = _shift.At(lambda),
                ChosenEpoch = trained.Choice.Epoch,
                EpochsRun = trained.Choice.EpochsRun,
            }),
    ];

    public void Dispose()
    {
        _training.Rows.Dispose();
        _training.Targets.Dispose();
        _training.Loss.Dispose();
        _selection?.Rows.Dispose();
    }
}
