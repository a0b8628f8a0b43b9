using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Fusion;

/// <summary>Trains fusion models from embeddings as they are stored.</summary>
public static class Trainer
{
    /// <summary>Trains one model.</summary>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="selection">
    /// The rows whose macro-F1 chooses the epoch; null takes the last epoch. The published protocol passes its test rows here, which is one
    /// of its leaks.
    /// </param>
    /// <param name="encoding">The label, learned from the training rows.</param>
    /// <param name="fusion">The model's shape.</param>
    /// <param name="options">Epochs, batches, optimiser, noise, loss.</param>
    /// <param name="random">The streams <c>init</c>, <c>order</c>, <c>dropout</c> and <c>noise</c>: equal streams train equal models, in any
    /// thread.</param>
    /// <param name="shift">The alignment of all rows; null: none, rows are read as they are stored.</param>
    /// <param name="progress">Counts epochs.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <exception cref="InputException">
    /// Options out of range, a missing modality, a row of zeros, an unknown label, fewer than two training rows, or a loss that becomes infinite.
    /// </exception>
    public static TrainedModel Train(
        TrainingSet training, EmbeddingSet? selection, LabelEncoding encoding, FusionOptions fusion, TrainerOptions options, RandomStreams random,
        FittedShift? shift = null, IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        ArgumentNullException.ThrowIfNull(random);
        Check(training, fusion, options);

        // Noise comes between preparing and shifting; without it, rows are shifted as they are read.
        var noisy = shift is not null && options.Sigma > 0;
        EmbeddingSet Shifted(EmbeddingSet set) => TrainedModel.AsSeen(set, shift, null);
        using var rows = new FusionRows(training.Rows, fusion, noisy ? shift!.Prepare : Shifted);
        var atInference = options.NoiseAtInference(random);
        using var selected = selection is null ? null : new FusionRows(selection, fusion, set => TrainedModel.AsSeen(set, shift, atInference));
        using var rowShift = noisy ? RowShift.Of(shift!, fusion) : null;
        var choosing = selected is null ? null : new SelectionRows(selected, FusionRows.Truth(encoding, selection!.Table));
        return Train(rows, training.Rows.Table, choosing, rowShift, encoding, options, random, progress, cancellation) with
        {
            Shift = shift,
            Noise = atInference,
        };
    }

    /// <summary>Trains one model on rows that <paramref name="embed"/> makes whenever a minibatch asks for them; the last epoch's weights are
    /// taken.</summary>
    internal static TrainedModel TrainLive(
        TrainingSet training, Func<EmbeddingSet, EmbeddingSet> embed, LabelEncoding encoding, FusionOptions fusion, TrainerOptions options,
        RandomStreams random, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        Check(training, fusion, options);
        using var rows = new FusionRows(training.Rows, fusion, embed, keep: 0);
        return Train(rows, training.Rows.Table, null, null, encoding, options, random, progress, cancellation);
    }

    private static TrainedModel Train(
        FusionRows rows, TextTable table, SelectionRows? selection, RowShift? rowShift, LabelEncoding encoding, TrainerOptions options,
        RandomStreams random, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        using var targets = FusionRows.LossTargets(encoding, table);
        using var loss = FusionLoss.Fit(options.Loss, encoding, table);
        var model = new FusionModel(rows.Options, rows.TextWidth, rows.ImageWidth, encoding.OutputCount, random);
        try
        {
            var loop = new TrainingLoop(model, encoding, options, random);
            loop.Run(new(rows, targets, loss), selection, rowShift, progress, cancellation);
            return new()
            {
                Model = model,
                Encoding = encoding,
                ChosenEpoch = loop.ChosenEpoch,
                EpochsRun = loop.History.Count,
                History = loop.History,
            };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void Check(TrainingSet training, FusionOptions fusion, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(fusion);
        ArgumentNullException.ThrowIfNull(options);
        fusion.Validate();
        options.Validate();
        if (training.Rows.Count < 2)
        {
            throw new InputException(
                $"{training.Rows.Table.Source}: {training.Rows.Count} training row; expected at least 2, because BatchNorm has no variance of one "
                    + "row.");
        }
    }
}
