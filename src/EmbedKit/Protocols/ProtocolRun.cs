using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols;

/// <summary>What a model did on the rows of one split.</summary>
/// <param name="Split">Which rows.</param>
/// <param name="Predictions">Row by row.</param>
/// <param name="Metrics">In numbers.</param>
public sealed record SplitResult(Split Split, Predictions Predictions, MetricReport Metrics)
{
    /// <summary>ROC-AUC as the rules have it: from scores, or for several classes from one-hot predictions where that leak is on. Null where
    /// undefined.</summary>
    /// <param name="leaks">The rules.</param>
    public double? Auc(LeakOptions leaks)
    {
        ArgumentNullException.ThrowIfNull(leaks);
        return leaks.ArgmaxAuc && Metrics.Task == TaskKind.Multiclass ? Metrics.PublishedArgmaxAuc : Metrics.RocAuc;
    }
}

/// <summary>A model trained under the rules, measured on every split they allow.</summary>
/// <param name="Model">The model; dispose with the result.</param>
/// <param name="Data">The rows and rules.</param>
/// <param name="Results">Validation, where the split has such rows, and test.</param>
public sealed record ProtocolResult(TrainedModel Model, ProtocolData Data, IReadOnlyList<SplitResult> Results) : IDisposable
{
    /// <summary>On the test rows.</summary>
    public SplitResult Test => Results.Single(r => r.Split == Split.Test);

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();
}

/// <summary>Trains and measures one model under a protocol.</summary>
public static class ProtocolRun
{
    /// <summary>Runs.</summary>
    /// <param name="set">Embeddings as stored, with a split column.</param>
    /// <param name="labels">One label column, or several of 0 and 1.</param>
    /// <param name="options">Model, training, rules, alignment.</param>
    /// <param name="random">The root; equal roots give equal results.</param>
    /// <param name="progress">Counts epochs.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <exception cref="InputException">Bad options or rows that do not allow the run.</exception>
    public static ProtocolResult Run(
        EmbeddingSet set, IReadOnlyList<string> labels, ProtocolOptions options, RandomStreams random,
        IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Validate();
        return Run(ProtocolData.Prepare(set, labels, options.LeaksInForce, random), options, random, progress, cancellation);
    }

    internal static ProtocolResult Run(
        ProtocolData data, ProtocolOptions options, RandomStreams random, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var calibration = CalibrationRows(data, options);
        progress?.Report(new("epochs", 0, options.Trainer.Epochs, data.Note));
        var shift = options.Lambda is not { } lambda ? null
            : data.Fit(rows => new GapShift(new() { Lambda = lambda, Prenormalize = options.Prenormalize }).Fit(rows));
        var model = Trainer.Train(
            data.Training, data.Selection, data.Encoding, options.Fusion, options.Trainer, random.Derive("train"), shift, progress, cancellation);
        model = calibration is null ? model : model.Calibrated(calibration);
        return new(model, data, Measure(model, data));
    }

    /// <summary>The validation rows, where the options ask for calibration.</summary>
    /// <exception cref="InputException">There are none.</exception>
    internal static EmbeddingSet? CalibrationRows(ProtocolData data, ProtocolOptions options) => !options.Calibrate ? null
        : data.Evaluated.Where(e => e.Split == Split.Validation).Select(e => e.Rows).SingleOrDefault() ??
            throw new InputException($"{data.All.Table.Source}: no 'val' rows to calibrate on, and the published protocol sets none aside; " +
                "expected a 'val' split or the leak-free protocol. Test rows are not for this.");

    internal static IReadOnlyList<SplitResult> Measure(TrainedModel model, ProtocolData data) => [.. data.Evaluated.Select(e =>
    {
        var predictions = model.Predict(e.Rows);
        return new SplitResult(e.Split, predictions, Metrics.Compute(predictions));
    })];
}
