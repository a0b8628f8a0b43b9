using EmbedKit.Runtime;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace EmbedKit.Evaluation;

/// <summary>Student's t test of paired differences a − b against 0, plain or corrected for folds that share training rows.</summary>
/// <param name="MeanDifference">Mean of a − b.</param>
/// <param name="StandardDeviation">Standard deviation of a − b (divisor n − 1).</param>
/// <param name="T">The statistic.</param>
/// <param name="DegreesOfFreedom">n − 1.</param>
/// <param name="P">Two-sided.</param>
/// <param name="Low">Lower end of the 95 % interval of the mean difference.</param>
/// <param name="High">Upper end.</param>
public sealed record PairedTTest(double MeanDifference, double StandardDeviation, double T, int DegreesOfFreedom, double P, double Low, double High)
{
    /// <summary>Cohen's d_z: mean difference in units of the differences' standard deviation.</summary>
    public double CohensDz => MeanDifference / StandardDeviation;

    /// <summary>Tests pairs.</summary>
    /// <param name="a">n values.</param>
    /// <param name="b">n values, each belonging to the one of <paramref name="a"/> in its place.</param>
    /// <exception cref="InputException">Fewer than two pairs, or differences that are all alike.</exception>
    public static PairedTTest Of(IReadOnlyList<double> a, IReadOnlyList<double> b) => Test(a, b, testToTrain: 0);

    /// <summary>
    /// The corrected resampled t test (Nadeau and Bengio 2003): for scores of repeated folds, which share training rows and are therefore not
    /// independent; the variance of the mean is s²·(1/n + test rows/training rows) instead of s²/n.
    /// </summary>
    /// <param name="a">n scores, one a fold and repetition.</param>
    /// <param name="b">n scores of the same folds.</param>
    /// <param name="testToTrain">Rows in a test fold divided by rows trained on, e.g. 1/9 in ten folds; above 0.</param>
    /// <exception cref="InputException">Fewer than two pairs, differences that are all alike, or a ratio that is not above 0.</exception>
    public static PairedTTest Corrected(IReadOnlyList<double> a, IReadOnlyList<double> b, double testToTrain) =>
        double.IsFinite(testToTrain) && testToTrain > 0
            ? Test(a, b, testToTrain)
            : throw new InputException(
                $"corrected t test: test rows / training rows is {testToTrain}; expected a number above 0, e.g. 0.25 in five folds.");

    private static PairedTTest Test(IReadOnlyList<double> a, IReadOnlyList<double> b, double testToTrain)
    {
        var differences = Pairs.Differences(a, b, atLeast: 2);
        var n = differences.Length;
        var mean = differences.Average();
        var deviation = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (n - 1));
        if (deviation == 0)
        {
            throw new InputException(
                $"paired t test: all {n} differences are {mean}; expected some spread (a seed or fold that changes nothing is no repetition).");
        }

        var (standardError, df) = (deviation * Math.Sqrt((1.0 / n) + testToTrain), n - 1);
        var t = mean / standardError;
        var reach = StudentT.InvCDF(0, 1, df, 0.975) * standardError;
        return new(mean, deviation, t, df, TwoSidedP(t, df), mean - reach, mean + reach);
    }

    /// <summary>P(|T| ≥ |t|), from the incomplete beta function, which stays exact in the tails.</summary>
    internal static double TwoSidedP(double t, double df) => SpecialFunctions.BetaRegularized(df / 2, 0.5, df / (df + (t * t)));
}
