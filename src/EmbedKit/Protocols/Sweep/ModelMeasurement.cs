using EmbedKit.Data;
using EmbedKit.Evaluation;

namespace EmbedKit.Protocols.Sweep;

/// <summary>One model of a part on the rows of one split.</summary>
/// <param name="Lambda">λ; null for an aligner without.</param>
/// <param name="Result">What it did.</param>
/// <param name="Epoch">The epoch whose weights were measured.</param>
/// <param name="EpochsRun">Epochs trained.</param>
/// <param name="GapBefore">‖g‖ of the rows before the alignment.</param>
/// <param name="GapAfter">‖g‖ of the rows after it.</param>
internal sealed record ModelMeasurement(double? Lambda, SplitResult Result, int Epoch, int EpochsRun, double GapBefore, double GapAfter)
{
    /// <summary>The row of <c>sweep.csv</c>.</summary>
    /// <param name="part">The model's part.</param>
    /// <param name="options">The sweep's, which name data set and encoder.</param>
    internal SweepRow ToRow(SweepPart part, SweepOptions options) => new()
    {
        Dataset = options.Dataset!,
        Encoder = options.Encoder!,
        Protocol = options.Protocol.Text(),
        Fusion = part.Fusion.Kind.ToString().ToLowerInvariant(),
        Hidden = part.Fusion.HiddenText,
        Aligner = part.Aligner,
        ShiftAt = options.ShiftAt == ShiftAt.TrainAndTest ? "train+test" : "test",
        Lambda = Lambda,
        Sigma = part.Sigma,
        Seed = part.Seed,
        Fold = part.Fold,
        Split = Result.Split,
        Epoch = Epoch,
        EpochsRun = EpochsRun,
        Accuracy = Result.Metrics.Accuracy,
        MacroF1 = Result.Metrics.MacroF1,
        WeightedF1 = Result.Metrics.WeightedF1,
        Auc = Result.Auc(options.LeaksInForce),
        GapBefore = GapBefore,
        GapAfter = GapAfter,
    };

    /// <summary>
    /// The rows held out by inner folds, as one: predictions are joined and measured together, gaps are means over rows, the epoch is the
    /// (lower) median of the inner models' and the epochs run the most of them.
    /// </summary>
    /// <param name="held">One λ; one measurement per inner fold.</param>
    internal static ModelMeasurement Pool(IReadOnlyList<ModelMeasurement> held)
    {
        var parts = held.Select(h => h.Result.Predictions).ToArray();
        var predictions = new Predictions(
            parts[0].Task, parts[0].Classes, [.. parts.SelectMany(p => p.Ids)], [.. parts.SelectMany(p => p.RequireTrue())],
            [.. parts.SelectMany(p => p.Predicted)], [.. parts.SelectMany(p => p.Scores!)])
        {
            Groups = parts[0].Groups is null ? null : [.. parts.SelectMany(p => p.Groups!)],
        };
        double Mean(Func<ModelMeasurement, double> value) => held.Sum(h => value(h) * h.Result.Predictions.Count) / predictions.Count;
        return new(
            held[0].Lambda, new(Split.Validation, predictions, Metrics.Compute(predictions)),
            held.Select(h => h.Epoch).Order().ElementAt((held.Count - 1) / 2),
            held.Max(h => h.EpochsRun), Mean(h => h.GapBefore), Mean(h => h.GapAfter));
    }
}
