using EmbedKit.Data;

namespace EmbedKit.Evaluation;

/// <summary>Decisions whose confidence lies in one bin.</summary>
/// <param name="Low">Confidences above this (in the first bin 0 too).</param>
/// <param name="High">Confidences up to this.</param>
/// <param name="Count">Decisions.</param>
/// <param name="Confidence">Their mean confidence, 0 to 1.</param>
/// <param name="Accuracy">The share that is right, 0 to 1.</param>
public sealed record ReliabilityBin(double Low, double High, int Count, double Confidence, double Accuracy);

/// <summary>
/// Whether probabilities mean what they say: of decisions made with confidence 0.8, are 80 % right? Bins of equal width, as in Guo et al. 2017
/// ("On Calibration of Modern Neural Networks") and scikit-learn's <c>calibration_curve</c>.
/// </summary>
public sealed record Calibration
{
    /// <summary>Bins that Guo et al. use.</summary>
    public const int DefaultBins = 15;

    private Calibration(IReadOnlyList<ReliabilityBin> bins) => Bins = bins;

    /// <summary>The reliability table: bins that hold decisions, by confidence.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>Expected calibration error: mean distance of a bin's accuracy from its confidence, weighted by decisions; 0 to 1, lower is
    /// better.</summary>
    public double ExpectedError => Bins.Sum(b => b.Count * Distance(b)) / Bins.Sum(b => (double)b.Count);

    /// <summary>Fills the bins.</summary>
    /// <param name="confidences">At least one value in [0, 1].</param>
    /// <param name="right">As many: whether the decision was right.</param>
    /// <param name="bins">How many bins [0, 1] is cut into, at least 1.</param>
    /// <exception cref="ArgumentException">No value, lengths that differ, or a value outside [0, 1].</exception>
    public static Calibration Of(IReadOnlyList<double> confidences, IReadOnlyList<bool> right, int bins = DefaultBins)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (confidences.Count == 0 || confidences.Count != right.Count || !confidences.All(c => c is >= 0 and <= 1))
        {
            throw new ArgumentException(
                $"{confidences.Count} confidences, {right.Count} decisions; expected as many, at least one, all in [0, 1].", nameof(confidences));
        }

        var (counts, sums, hits) = (new int[bins], new double[bins], new int[bins]);
        for (var i = 0; i < confidences.Count; i++)
        {
            var bin = BinOf(confidences[i], bins);
            counts[bin]++;
            sums[bin] += confidences[i];
            hits[bin] += right[i] ? 1 : 0;
        }

        return new([.. Enumerable.Range(0, bins).Where(b => counts[b] > 0)
            .Select(b => new ReliabilityBin(Edge(b, bins), Edge(b + 1, bins), counts[b], sums[b] / counts[b], (double)hits[b] / counts[b]))]);
    }

    /// <summary>
    /// Of predictions: one decision a row, with the probability of the class predicted as confidence; multilabel: one decision a row and label.
    /// </summary>
    /// <param name="predictions">Labelled, with probabilities as scores.</param>
    /// <returns>Null where the scores are missing or no probabilities.</returns>
    /// <exception cref="Runtime.InputException">The true labels are unknown.</exception>
    public static Calibration? Of(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var (truth, said) = (predictions.RequireTrue(), predictions.Predicted);
        if (!predictions.HasProbabilities)
        {
            return null;
        }

        var scores = predictions.Scores!;
        return Of(
            [.. said.Select((p, i) => predictions.Task != TaskKind.Multilabel ? scores[(i * predictions.Classes.Count) + p] : p == 1 ? scores[i]
                : 1 - scores[i])],
            [.. said.Select((p, i) => p == truth[i])]);
    }

    private static int BinOf(double confidence, int bins)
    {
        // The product may round across an edge.
        var bin = Math.Min((int)(confidence * bins), bins - 1);
        while (bin > 0 && confidence <= Edge(bin, bins))
        {
            bin--;
        }

        return bin + 1 < bins && confidence > Edge(bin + 1, bins) ? bin + 1 : bin;
    }

    // As NumPy's linspace rounds it.
    private static double Edge(int edge, int bins) => edge == bins ? 1 : edge * (1.0 / bins);

    private static double Distance(ReliabilityBin bin) => Math.Abs(bin.Accuracy - bin.Confidence);
}
