using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace EmbedKit.Evaluation;

/// <summary>McNemar's exact test: of the rows that just one of two classifiers gets right, is the split further from half than chance?</summary>
/// <param name="OnlyFirst">Rows that only the first gets right.</param>
/// <param name="OnlySecond">Rows that only the second gets right.</param>
/// <param name="P">Two-sided, from the binomial distribution; 1 when the two never differ.</param>
public sealed record McNemarTest(int OnlyFirst, int OnlySecond, double P)
{
    /// <summary>Two-sided, from χ² with Edwards' continuity correction, as it is often quoted; <see cref="P"/> is right for few rows as
    /// well.</summary>
    public double CorrectedP => OnlyFirst + OnlySecond == 0 ? 1
        : SpecialFunctions.Erfc(Math.Max(0, Math.Abs(OnlyFirst - OnlySecond) - 1) / Math.Sqrt(2.0 * (OnlyFirst + OnlySecond)));

    /// <summary>Tests two classifiers on the same rows.</summary>
    /// <param name="first">N flags: right or wrong.</param>
    /// <param name="second">N flags of the same rows.</param>
    public static McNemarTest Of(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Count, first.Count);
        var onlyFirst = first.Where((right, i) => right && !second[i]).Count();
        var onlySecond = second.Where((right, i) => right && !first[i]).Count();
        var differing = onlyFirst + onlySecond;
        return new(onlyFirst, onlySecond, differing == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, differing, Math.Min(onlyFirst, onlySecond))));
    }
}
