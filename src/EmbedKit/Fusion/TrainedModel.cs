using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Storage;

namespace EmbedKit.Fusion;

/// <summary>A fusion model that has learned, with all it takes to predict from embeddings as they are stored.</summary>
public sealed record TrainedModel : IDisposable
{
    /// <summary>The weights of the chosen epoch.</summary>
    public required FusionModel Model { get; init; }

    /// <summary>The label, as learned from the training rows.</summary>
    public required LabelEncoding Encoding { get; init; }

    /// <summary>The alignment rows go through before the model; null: none, rows are read as they are stored.</summary>
    public FittedShift? Shift { get; init; }

    /// <summary>The noise of rows that are predicted; null: none.</summary>
    public GaussianNoise? Noise { get; init; }

    /// <summary>What logits are divided by before they become probabilities. Default: 1, not calibrated.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The epoch whose weights these are.</summary>
    public required int ChosenEpoch { get; init; }

    /// <summary>Epochs trained.</summary>
    public required int EpochsRun { get; init; }

    /// <summary>Loss and score of every epoch; empty for a model read from a file or trained in a sweep.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>Predicts.</summary>
    /// <param name="set">Rows as they are stored, of the widths learned from; what is true stays unknown without label columns, and of rows whose
    /// label is missing or unknown from training.</param>
    /// <exception cref="Runtime.InputException">A modality is missing, or a width differs.</exception>
    public Predictions Predict(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var logits = Logits(set);
        return new(
            Encoding.Task, Encoding.Classes, set.Ids, Encoding.Columns.All(set.Table.Contains) ? Encoding.EncodeKnown(set.Table) : null,
            LogitScores.Predicted(logits, Encoding.Task, Model.Outputs), LogitScores.Probabilities(logits, Encoding.Task, Model.Outputs, Temperature))
        {
            Groups = set.Groups,
        };
    }

    /// <summary>The same model with probabilities that fit rows it has not learned from (<see cref="TemperatureScaling"/>); it shares the
    /// weights.</summary>
    /// <param name="validation">Labelled rows, neither training nor test rows.</param>
    /// <exception cref="Runtime.InputException">As for <see cref="Predict"/>.</exception>
    public TrainedModel Calibrated(EmbeddingSet validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        return this with
        {
            Temperature = TemperatureScaling.Fit(Logits(validation), FusionRows.Truth(Encoding, validation.Table), Encoding.Task, Model.Outputs),
        };
    }

    /// <summary>Logits of rows as they are stored, N×C, before <see cref="Temperature"/>.</summary>
    internal float[] Logits(EmbeddingSet set)
    {
        using var rows = new FusionRows(set, Model.Options, rows => AsSeen(rows, Shift, Noise), keep: 0);
        return rows.TextWidth == Model.TextWidth && rows.ImageWidth == Model.ImageWidth
            ? TrainingLoop.Logits(Model, rows)
            : throw new Runtime.InputException($"{set.Table.Source}: widths {rows.TextWidth} (text) and {rows.ImageWidth} (image); " +
                $"expected {Model.TextWidth} and {Model.ImageWidth}, as in the rows the model was trained on.");
    }

    /// <summary>Rows as a model sees them: with noise where there is some, and aligned.</summary>
    internal static EmbeddingSet AsSeen(EmbeddingSet set, FittedShift? shift, GaussianNoise? noise) =>
        shift is not null ? shift.Transform(set, noise) : noise is null ? set : noise.Add(set);

    /// <summary>Frees the weights, which copies made by <c>with</c> share.</summary>
    public void Dispose() => Model.Dispose();
}
