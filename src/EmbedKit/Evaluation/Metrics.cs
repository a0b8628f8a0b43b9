using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>Measures predictions, as scikit-learn defines each metric.</summary>
public static class Metrics
{
    /// <summary>Every metric that the task and the scores allow.</summary>
    /// <param name="predictions">Labelled predictions.</param>
    /// <exception cref="InputException">The true labels are unknown.</exception>
    public static MetricReport Compute(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var truth = predictions.RequireTrue();
        return predictions.Task == TaskKind.Multilabel ? Multilabel(predictions, truth) : SingleLabel(predictions, truth);
    }

    private static MetricReport SingleLabel(Predictions p, int[] truth)
    {
        var matrix = ConfusionMatrix.Count(truth, p.Predicted, p.Classes.Count);
        ClassMetrics[] classes = [.. p.Classes.Select((name, c) =>
        {
            bool[] positive = [.. truth.Select(t => t == c)];
            double[] hard = [.. p.Predicted.Select(y => y == c ? 1.0 : 0.0)];
            return OneClass(p, name, c, matrix.Precision(c), matrix.Recall(c), matrix.F1(c), positive, hard);
        })];
        var missing = Missing(p, classes);
        var binary = p.Task == TaskKind.Binary;
        var all = classes.All(c => c.RocAuc is not null);
        return new()
        {
            Task = p.Task,
            PositiveClass = p.PositiveClass,
            Count = p.Count,
            PerClass = classes,
            Accuracy = matrix.Accuracy,
            BalancedAccuracy = matrix.BalancedAccuracy,
            MacroF1 = matrix.MacroF1,
            WeightedF1 = matrix.WeightedF1,
            MicroF1 = matrix.Accuracy,
            WeightedPrecision = matrix.WeightedPrecision,
            WeightedRecall = matrix.WeightedRecall,
            MatthewsCorrelation = matrix.MatthewsCorrelation,
            CohenKappa = matrix.CohenKappa,
            Confusion = matrix.ToRows(),
            RocAuc = binary ? classes[1].RocAuc : Mean(classes, c => c.RocAuc),
            RocAucWeighted = binary || !all ? null : classes.Sum(c => c.Support * c.RocAuc!.Value) / p.Count,
            RocAucOneVsOne = binary || !all ? null : OneVsOne(p, truth),
            PublishedArgmaxAuc = binary ? classes[1].PublishedArgmaxAuc : Mean(classes, c => c.PublishedArgmaxAuc),
            LogLoss = p.HasProbabilities ? ProbabilityLoss.Log(p, truth) : null,
            Brier = p.HasProbabilities ? ProbabilityLoss.Brier(p, truth) : null,
            Calibration = Calibration.Of(p),
            RocCurve = binary && p.Scores is not null ? Ranking.RocCurve([.. truth.Select(t => t == 1)], p.ScoresOf(1)!) : null,
            Missing = missing,
        };
    }

    private static MetricReport Multilabel(Predictions p, int[] truth)
    {
        var labels = p.Classes.Count;
        var counts = Enumerable.Range(0, labels).Select(c => ConfusionMatrix.Count(p.Column(truth, c), p.Column(p.Predicted, c), 2)).ToArray();
        ClassMetrics[] classes = [.. p.Classes.Select((name, c) =>
        {
            bool[] positive = [.. p.Column(truth, c).Select(t => t == 1)];
            double[] hard = [.. p.Column(p.Predicted, c).Select(y => (double)y)];
            return OneClass(p, name, c, counts[c].Precision(1), counts[c].Recall(1), counts[c].F1(1), positive, hard);
        })];
        double support = classes.Sum(c => c.Support);
        var rows = Enumerable.Range(0, p.Count)
            .Select(i => (True: truth.AsMemory(i * labels, labels), Predicted: p.Predicted.AsMemory(i * labels, labels))).ToArray();
        return new()
        {
            Task = p.Task,
            Count = p.Count,
            PerClass = classes,
            Accuracy = rows.Average(r => r.True.Span.SequenceEqual(r.Predicted.Span) ? 1.0 : 0.0),
            HammingLoss = truth.Zip(p.Predicted, (t, y) => t == y ? 0.0 : 1.0).Average(),
            MacroF1 = classes.Average(c => c.F1),
            WeightedF1 = ConfusionMatrix.Ratio(classes.Sum(c => c.Support * c.F1), support),
            MicroF1 = ConfusionMatrix.Ratio(2.0 * counts.Sum(m => m[1, 1]), counts.Sum(m => m.Support(1) + m.PredictedCount(1))),
            SamplesF1 = rows.Average(r => RowF1(r.True.Span, r.Predicted.Span)),
            RocAuc = Mean(classes, c => c.RocAuc),
            RocAucMicro = p.Scores is null ? null : Ranking.RocAuc([.. truth.Select(t => t == 1)], p.Scores),
            PublishedArgmaxAuc = Mean(classes, c => c.PublishedArgmaxAuc),
            LogLoss = p.HasProbabilities ? ProbabilityLoss.Log(p, truth) : null,
            Brier = p.HasProbabilities ? ProbabilityLoss.Brier(p, truth) : null,
            Calibration = Calibration.Of(p),
            Missing = Missing(p, classes),
        };
    }

    private static ClassMetrics OneClass(
        Predictions p, string name, int c, double precision, double recall, double f1, bool[] positive, double[] hard)
    {
        var scores = p.ScoresOf(c);
        return new(
            name, precision, recall, f1, positive.Count(b => b),
            scores is null ? null : Ranking.RocAuc(positive, scores),
            scores is null ? null : Ranking.AveragePrecision(positive, scores),
            Ranking.RocAuc(positive, hard));
    }

    private static double RowF1(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted)
    {
        var (both, sum) = (0, 0);
        for (var i = 0; i < truth.Length; i++)
        {
            both += truth[i] & predicted[i];
            sum += truth[i] + predicted[i];
        }

        return ConfusionMatrix.Ratio(2 * both, sum);
    }

    /// <summary>Mean over pairs of classes of both directions' AUC among the rows of the pair (Hand and Till 2001).</summary>
    private static double OneVsOne(Predictions p, int[] truth)
    {
        var (sum, pairs) = (0.0, 0);
        for (var a = 0; a < p.Classes.Count; a++)
        {
            for (var b = a + 1; b < p.Classes.Count; b++)
            {
                int[] rows = [.. Enumerable.Range(0, p.Count).Where(i => truth[i] == a || truth[i] == b)];
                double Auc(int c) =>
                    Ranking.RocAuc([.. rows.Select(i => truth[i] == c)], [.. rows.Select(i => p.Scores![(i * p.Classes.Count) + c])])!.Value;
                sum += (Auc(a) + Auc(b)) / 2;
                pairs++;
            }
        }

        return sum / pairs;
    }

    private static double? Mean(ClassMetrics[] classes, Func<ClassMetrics, double?> metric) =>
        classes.All(c => metric(c) is not null) ? classes.Average(c => metric(c)!.Value) : null;

    private static Dictionary<string, string> Missing(Predictions p, ClassMetrics[] classes)
    {
        string[] constant =
            [.. classes.Where(c => c.Support == 0 || c.Support == p.Count)
                .Select(c => $"{c.Class} ({c.Support} of {NumberText.Count(p.Count, "row")})")];
        var reason = p.Scores is null ? "no scores" : constant.Length > 0 ? $"a class needs rows with and without it: {string.Join(", ", constant)}"
            : null;
        Dictionary<string, string> missing = reason is null ? [] : new() { ["auc"] = reason };
        if (!p.HasProbabilities)
        {
            missing["log_loss"] = p.Scores is null ? "no scores" : "the scores are no probabilities (below 0 or above 1)";
            missing["ece"] = missing["log_loss"];
        }

        return missing;
    }
}
