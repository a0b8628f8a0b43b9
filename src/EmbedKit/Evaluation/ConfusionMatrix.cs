namespace EmbedKit.Evaluation;

/// <summary>
/// Counts of true against predicted classes, and the metrics that follow from counts alone, each as scikit-learn defines it. The class
/// list is the one of training, so a class without rows stays in every macro average; 0 stands wherever a ratio is undefined.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _cells;

    private ConfusionMatrix(int classes) => (Classes, _cells) = (classes, new long[classes * classes]);

    /// <summary>C.</summary>
    public int Classes { get; }

    /// <summary>Rows counted.</summary>
    public long Total { get; private set; }

    /// <summary>How many rows of true class <paramref name="truth"/> were predicted as <paramref name="predicted"/>.</summary>
    /// <param name="truth">0-based class number.</param>
    /// <param name="predicted">0-based class number.</param>
    public long this[int truth, int predicted] => _cells[(truth * Classes) + predicted];

    /// <summary>Share of rows predicted right.</summary>
    public double Accuracy => Ratio(Each().Sum(c => this[c, c]), Total);

    /// <summary>Mean recall over the classes that have rows.</summary>
    public double BalancedAccuracy => Each().Where(c => Support(c) > 0).Select(Recall).DefaultIfEmpty(0).Average();

    /// <summary>Mean F1 over all classes of the training label list.</summary>
    public double MacroF1
    {
        get
        {
            // A plain loop: resampling asks for it a million times.
            var sum = 0.0;
            for (var c = 0; c < Classes; c++)
            {
                sum += F1(c);
            }

            return sum / Classes;
        }
    }

    /// <summary>Mean F1, weighted by support.</summary>
    public double WeightedF1 => Weighted(F1);

    /// <summary>Mean precision, weighted by support.</summary>
    public double WeightedPrecision => Weighted(Precision);

    /// <summary>Mean recall, weighted by support; equals accuracy.</summary>
    public double WeightedRecall => Weighted(Recall);

    /// <summary>Matthews correlation, generalised to C classes (Gorodkin 2004), −1…1.</summary>
    public double MatthewsCorrelation
    {
        get
        {
            double n = Total;
            double both = Each().Sum(c => (double)Support(c) * PredictedCount(c));
            var predicted = (n * n) - Each().Sum(c => Math.Pow(PredictedCount(c), 2));
            var truth = (n * n) - Each().Sum(c => Math.Pow(Support(c), 2));
            return predicted * truth == 0 ? 0 : ((n * Each().Sum(c => this[c, c])) - both) / Math.Sqrt(predicted * truth);
        }
    }

    /// <summary>Cohen's κ, unweighted: agreement beyond chance; 0 when chance alone gives full agreement.</summary>
    public double CohenKappa
    {
        get
        {
            var chance = Each().Sum(c => (double)Support(c) * PredictedCount(c)) / ((double)Total * Total);
            return chance == 1 ? 0 : (Accuracy - chance) / (1 - chance);
        }
    }

    /// <summary>Counts rows.</summary>
    /// <param name="truth">N class numbers.</param>
    /// <param name="predicted">N class numbers.</param>
    /// <param name="classes">C.</param>
    public static ConfusionMatrix Count(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(predicted.Length, truth.Length);
        var matrix = new ConfusionMatrix(classes) { Total = truth.Length };
        for (var i = 0; i < truth.Length; i++)
        {
            matrix._cells[(truth[i] * classes) + predicted[i]]++;
        }

        return matrix;
    }

    /// <summary>Counts chosen rows, each as often as it is named; for resampling.</summary>
    /// <param name="truth">N class numbers.</param>
    /// <param name="predicted">N class numbers.</param>
    /// <param name="classes">C.</param>
    /// <param name="rows">0-based row numbers.</param>
    public static ConfusionMatrix Count(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classes, ReadOnlySpan<int> rows)
    {
        var matrix = new ConfusionMatrix(classes) { Total = rows.Length };
        foreach (var row in rows)
        {
            matrix._cells[(truth[row] * classes) + predicted[row]]++;
        }

        return matrix;
    }

    /// <summary>Rows whose true class is <paramref name="c"/>.</summary>
    /// <param name="c">0-based class number.</param>
    public long Support(int c) => Line(c * Classes, 1);

    /// <summary>Rows predicted as <paramref name="c"/>.</summary>
    /// <param name="c">0-based class number.</param>
    public long PredictedCount(int c) => Line(c, Classes);

    /// <summary>Right ones among those predicted as the class; 0 when it was never predicted.</summary>
    /// <param name="c">0-based class number.</param>
    public double Precision(int c) => Ratio(this[c, c], PredictedCount(c));

    /// <summary>Right ones among those that are of the class; 0 when there are none.</summary>
    /// <param name="c">0-based class number.</param>
    public double Recall(int c) => Ratio(this[c, c], Support(c));

    /// <summary>Harmonic mean of precision and recall; 0 when both are 0.</summary>
    /// <param name="c">0-based class number.</param>
    public double F1(int c) => Ratio(2 * this[c, c], Support(c) + PredictedCount(c));

    /// <summary>The counts as rows of true classes.</summary>
    public long[][] ToRows() => [.. Each().Select(t => _cells[(t * Classes)..((t + 1) * Classes)])];

    internal static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    /// <summary>The sum of C cells, one every <paramref name="step"/>.</summary>
    private long Line(int first, int step)
    {
        var sum = 0L;
        for (var c = 0; c < Classes; c++)
        {
            sum += _cells[first + (c * step)];
        }

        return sum;
    }

    private IEnumerable<int> Each() => Enumerable.Range(0, Classes);

    private double Weighted(Func<int, double> metric) => Ratio(Each().Sum(c => Support(c) * metric(c)), Total);
}
