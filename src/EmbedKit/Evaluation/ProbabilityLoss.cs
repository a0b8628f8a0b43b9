using EmbedKit.Data;

namespace EmbedKit.Evaluation;

/// <summary>What probabilities cost: proper scores, best when a model says what it knows. As scikit-learn's <c>log_loss</c> and
/// <c>brier_score_loss</c>.</summary>
internal static class ProbabilityLoss
{
    // scikit-learn 1.2 clips at the machine epsilon of float64, then divides each row by its sum.
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Mean negative log of the probability given to what is true; multilabel: over the N×L decisions.</summary>
    internal static double Log(Predictions p, int[] truth)
    {
        var (scores, sum) = (p.Scores!, 0.0);
        if (p.Task == TaskKind.Multilabel)
        {
            for (var i = 0; i < scores.Length; i++)
            {
                sum -= Of([1 - scores[i], scores[i]], truth[i]);
            }

            return sum / scores.Length;
        }

        for (var i = 0; i < p.Count; i++)
        {
            sum -= Of(scores.AsSpan(i * p.Classes.Count, p.Classes.Count), truth[i]);
        }

        return sum / p.Count;
    }

    /// <summary>
    /// Mean squared error of probabilities (Brier 1950): binary, of the positive class; multiclass, summed over classes (0 to 2); multilabel, over
    /// the N×L decisions.
    /// </summary>
    internal static double Brier(Predictions p, int[] truth)
    {
        var (scores, classes) = (p.Scores!, p.Classes.Count);
        double Squared(double x) => x * x;
        return p.Task switch
        {
            TaskKind.Multilabel => scores.Select((s, i) => Squared(s - truth[i])).Average(),
            TaskKind.Binary => p.ScoresOf(1)!.Select((s, i) => Squared(s - truth[i])).Average(),
            _ => scores.Select((s, i) => Squared(s - (truth[i / classes] == i % classes ? 1 : 0))).Sum() / p.Count,
        };
    }

    private static double Of(ReadOnlySpan<double> row, int truth)
    {
        var sum = 0.0;
        foreach (var score in row)
        {
            sum += Math.Clamp(score, Epsilon, 1 - Epsilon);
        }

        return Math.Log(Math.Clamp(row[truth], Epsilon, 1 - Epsilon) / sum);
    }
}
