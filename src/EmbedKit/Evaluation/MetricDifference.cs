using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>One metric of two sets of predictions on the same rows.</summary>
/// <param name="Metric">Its name, as in <see cref="MetricReport.ToNamed"/>.</param>
/// <param name="First">Value of the first.</param>
/// <param name="Second">Value of the second.</param>
/// <param name="Interval">Bootstrap interval of first − second over groups, or over rows where there are no groups.</param>
/// <param name="P">From <see cref="SwapTest"/>, by group or row likewise.</param>
/// <param name="AdjustedP">The same after Holm's correction for the metrics compared.</param>
/// <param name="Verdict">What may be said.</param>
public sealed record MetricDifference(
    string Metric, double First, double Second, BootstrapInterval Interval, double P, double AdjustedP, Verdict Verdict)
{
    /// <summary>First − second.</summary>
    public double Difference => First - Second;

    /// <summary>One sentence that says what interval and p-value allow to say, and no more.</summary>
    public string InWords =>
        $"{Metric}: {NumberText.Fixed(First, 4)} against {NumberText.Fixed(Second, 4)}, difference {Signed(Difference)} " +
        $"({NumberText.Percent(Interval.Level)} interval {Signed(Interval.Low)} to {Signed(Interval.High)}; p = {NumberText.P(AdjustedP)} "
            + $"corrected, {NumberText.P(P)} alone): " + Verdict switch
            {
                Verdict.TooFewGroups => $"too few to tell a difference from chance; {PairedComparison.FewestUnits} or more are needed.",
                Verdict.NotShown when !Interval.ExcludesZeroAsShown(4) => "the interval holds 0, so these rows do not show a difference.",
                Verdict.NotShown => "the corrected p is not small enough, so these rows do not show a difference.",
                _ => $"the {(Verdict == Verdict.FirstBetter ? "first" : "second")} is better on rows like these.",
            };

    private static string Signed(double value) => NumberText.Signed(value, 4);
}

/// <summary>What a comparison allows to say.</summary>
public enum Verdict
{
    /// <summary>The interval holds 0, or p after correction is not below 1 − level.</summary>
    NotShown,

    /// <summary>The first is better.</summary>
    FirstBetter,

    /// <summary>The second is better.</summary>
    SecondBetter,

    /// <summary>Fewer than <see cref="PairedComparison.FewestUnits"/> groups (or rows): resampling so few says nothing reliable.</summary>
    TooFewGroups,
}
