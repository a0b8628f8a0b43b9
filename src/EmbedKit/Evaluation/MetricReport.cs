using EmbedKit.Data;

namespace EmbedKit.Evaluation;

/// <summary>The metrics of one class (or label).</summary>
/// <param name="Class">Its name.</param>
/// <param name="Precision">0 when it was never predicted.</param>
/// <param name="Recall">0 when no row has it.</param>
/// <param name="F1">0 when precision and recall are.</param>
/// <param name="Support">Rows that have it.</param>
/// <param name="RocAuc">This class against the rest; null when undefined.</param>
/// <param name="AveragePrecision">This class against the rest; null when undefined.</param>
/// <param name="PublishedArgmaxAuc">The AUC of the 0/1 prediction instead of the score, as the published code computes it.</param>
public sealed record ClassMetrics(
    string Class, double Precision, double Recall, double F1, long Support, double? RocAuc, double? AveragePrecision, double? PublishedArgmaxAuc);

/// <summary>
/// Every metric of one set of predictions. What a task does not have is null; so is what cannot be computed, with a reason in
/// <see cref="Missing"/>.
/// </summary>
public sealed record MetricReport
{
    /// <summary>What kind of label was predicted.</summary>
    public required TaskKind Task { get; init; }

    /// <summary>The class that AUC, average precision and binary F1 are about (binary).</summary>
    public string? PositiveClass { get; init; }

    /// <summary>Rows measured.</summary>
    public required int Count { get; init; }

    /// <summary>One entry a class, in the order of the training label list.</summary>
    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>Share of rows predicted right; multilabel: share of rows with every label right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Unweighted mean of F1 over the training label list.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Mean of F1 weighted by support.</summary>
    public required double WeightedF1 { get; init; }

    /// <summary>F1 of the counts of all classes together.</summary>
    public required double MicroF1 { get; init; }

    /// <summary>
    /// The AUC of the task, from scores: of the positive class (binary), or the unweighted mean of one-vs-rest over classes or labels.
    /// </summary>
    public double? RocAuc { get; init; }

    /// <summary>One-vs-rest AUC weighted by support (multiclass).</summary>
    public double? RocAucWeighted { get; init; }

    /// <summary>Mean AUC over pairs of classes (multiclass; Hand and Till 2001).</summary>
    public double? RocAucOneVsOne { get; init; }

    /// <summary>AUC of all N×L decisions together (multilabel).</summary>
    public double? RocAucMicro { get; init; }

    /// <summary>AUC of 0/1 predictions instead of scores, averaged over classes: what the published code reports.</summary>
    public double? PublishedArgmaxAuc { get; init; }

    /// <summary>Mean recall over classes that have rows (single label).</summary>
    public double? BalancedAccuracy { get; init; }

    /// <summary>Precision weighted by support (single label).</summary>
    public double? WeightedPrecision { get; init; }

    /// <summary>Recall weighted by support (single label).</summary>
    public double? WeightedRecall { get; init; }

    /// <summary>Matthews correlation (single label).</summary>
    public double? MatthewsCorrelation { get; init; }

    /// <summary>Cohen's κ (single label).</summary>
    public double? CohenKappa { get; init; }

    /// <summary>Counts by true (rows) and predicted (columns) class (single label).</summary>
    public IReadOnlyList<long[]>? Confusion { get; init; }

    /// <summary>Mean negative log of the probability given to the true class, clipped at 2⁻⁵²; multilabel: over the N×L decisions.</summary>
    public double? LogLoss { get; init; }

    /// <summary>
    /// Mean squared error of probabilities: of the positive class (binary), summed over classes (multiclass, 0 to 2), over the N×L decisions
    /// (multilabel).
    /// </summary>
    public double? Brier { get; init; }

    /// <summary>Whether probabilities mean what they say.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>The expected calibration error, 0 to 1 (<see cref="Evaluation.Calibration.ExpectedError"/>).</summary>
    public double? ExpectedCalibrationError => Calibration?.ExpectedError;

    /// <summary>The ROC curve (binary).</summary>
    public (double[] FalsePositiveRate, double[] TruePositiveRate)? RocCurve { get; init; }

    /// <summary>Share of wrong N×L decisions (multilabel).</summary>
    public double? HammingLoss { get; init; }

    /// <summary>Mean of each row's F1 over its labels (multilabel).</summary>
    public double? SamplesF1 { get; init; }

    /// <summary>Why a metric is null, by its name.</summary>
    public IReadOnlyDictionary<string, string> Missing { get; init; } = new Dictionary<string, string>();

    /// <summary>The metrics under scikit-learn-like names, in a fixed order; names that begin with <c>paper_</c> are the published
    /// variants.</summary>
    public IReadOnlyDictionary<string, object?> ToNamed()
    {
        var named = new Dictionary<string, object?>
        {
            ["task"] = Task switch { TaskKind.Binary => "binary", TaskKind.Multiclass => "multiclass", _ => "multilabel" },
            ["rows"] = Count,
            ["classes"] = Each(c => c.Class),
        };
        if (PositiveClass is not null)
        {
            named["positive_class"] = PositiveClass;
        }

        if (Task != TaskKind.Multilabel)
        {
            (named["accuracy"], named["balanced_accuracy"]) = (Accuracy, BalancedAccuracy);
        }
        else
        {
            (named["subset_accuracy"], named["hamming_loss"]) = (Accuracy, HammingLoss);
        }

        (named["macro_f1"], named["weighted_f1"], named["micro_f1"]) = (MacroF1, WeightedF1, MicroF1);
        (named["precision"], named["recall"]) = (Each(c => c.Precision), Each(c => c.Recall));
        (named["f1"], named["support"]) = (Each(c => c.F1), PerClass.Select(c => c.Support).ToArray());
        if (Task != TaskKind.Multilabel)
        {
            (named["weighted_precision"], named["weighted_recall"]) = (WeightedPrecision, WeightedRecall);
            (named["confusion"], named["mcc"], named["kappa"]) = (Confusion, MatthewsCorrelation, CohenKappa);
        }

        named["log_loss"] = LogLoss;

        switch (Task)
        {
            case TaskKind.Binary:
                (named["binary_f1"], named["auc"], named["auc_on_hard_pred"]) = (PerClass[1].F1, RocAuc, PublishedArgmaxAuc);
                named["average_precision"] = PerClass[1].AveragePrecision;
                (named["roc_fpr"], named["roc_tpr"]) = (RocCurve?.FalsePositiveRate, RocCurve?.TruePositiveRate);
                break;
            case TaskKind.Multiclass:
                (named["auc_ovr_macro"], named["auc_ovr_weighted"], named["auc_ovo_macro"]) = (RocAuc, RocAucWeighted, RocAucOneVsOne);
                (named["auc_per_class"], named["average_precision_per_class"]) = (Each(c => c.RocAuc), Each(c => c.AveragePrecision));
                (named["paper_accuracy_on_onehot"], named["paper_macro_f1_on_onehot"]) = (Accuracy, MacroF1);
                (named["paper_auc_per_class_on_hard_onehot"], named["paper_macro_auc_on_hard_onehot"]) =
                    (Each(c => c.PublishedArgmaxAuc), PublishedArgmaxAuc);
                break;
            default:
                (named["samples_f1"], named["auc_per_label"]) = (SamplesF1, Each(c => c.RocAuc));
                (named["auc_macro"], named["auc_micro"]) = (RocAuc, RocAucMicro);
                named["average_precision_per_label"] = Each(c => c.AveragePrecision);
                break;
        }

        (named["brier"], named["ece"]) = (Brier, ExpectedCalibrationError);
        named["reliability"] =
            Calibration?.Bins.Select(b => new { low = b.Low, high = b.High, rows = b.Count, confidence = b.Confidence, accuracy = b.Accuracy })
            .ToArray();
        named["missing"] = Missing;
        return named;
    }

    private T[] Each<T>(Func<ClassMetrics, T> metric) => [.. PerClass.Select(metric)];
}
