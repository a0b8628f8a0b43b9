using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What choices of λ and runs that ought to be equal say, in sentences made from them.</summary>
public static class AlignmentFindings
{
    /// <summary>What choosing λ on the test rows claims, and what choosing on validation rows gives on the same rows.</summary>
    /// <param name="choices">The two choices of each sweep.</param>
    public static string Choices(IReadOnlyList<(LambdaChoice OnTest, LambdaChoice OnValidation)> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Count == 0)
        {
            return "No λ was chosen.";
        }

        var honest = Tally.Of(choices.Select(c => (c.OnValidation.GainOverZero, 0.0)));
        var same = choices.Count(c => c.OnTest.Lambda == c.OnValidation.Lambda);
        return $"Chosen on the test rows, λ gains {Tally.Spread(choices.Select(c => c.OnTest.GainOverZero))}; chosen on validation rows, "
            + $"{Tally.Spread(choices.Select(c => c.OnValidation.GainOverZero))}: "
            + $"{honest.InWords("comparison", "above 0", "below 0", "0.0")}. Both choose the same λ in {same} of "
            + $"{NumberText.Count(choices.Count, "comparison")}.";
    }

    /// <summary>Whether the curves over λ of validation and test rows go together.</summary>
    /// <param name="correlations">One a comparison; NaN where a curve is flat.</param>
    public static string Agreement(IReadOnlyList<double> correlations)
    {
        ArgumentNullException.ThrowIfNull(correlations);
        double[] defined = [.. correlations.Where(c => !double.IsNaN(c))];
        return $"The correlation is {Tally.Of(correlations.Select(c => (c, 0.0)), 2).InWords("comparison", "positive", "negative", "zero")}"
            + (defined.Length == 0 ? "."
                : $"; its mean is {NumberText.Fixed(defined.Average(), 2)}, its highest {NumberText.Fixed(defined.Max(), 2)}.");
    }

    /// <summary>How often two choices of λ agree, and how often dice would.</summary>
    /// <param name="choices">Pairs of λ.</param>
    /// <param name="faces">Size of the grid, at least 1.</param>
    public static string SameChoice(IReadOnlyList<(double First, double Second)> choices, int faces)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var (same, chance) = (choices.Count(c => c.First == c.Second), choices.Count / (double)faces);
        return $"Validation and test rows choose the same λ in {same} of {NumberText.Count(choices.Count, "comparison")}; "
            + $"two dice of {faces} faces would in {NumberText.Fixed(chance, 1)} on average.";
    }

    /// <summary>What matters more to the score: λ, or which fold it is measured on. Best less worst of the means over either.</summary>
    /// <param name="grid">Scores of each λ and fold.</param>
    public static string Folds(ScoreGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        static double Range(IEnumerable<double> means) => NumberText.Shown(means.Max() - means.Min(), 3);
        var (lambda, fold) = (Range(grid.Means), Range(grid.RepeatMeans));
        return $"The {grid.Repeats} folds prefer λ = {string.Join(", ", grid.Preferred.Select(NumberText.Lambda))}. Best less worst: "
            + $"{NumberText.Fixed(100 * lambda, 1)} points over λ, "
            + $"{NumberText.Fixed(100 * fold, 1)} over folds: "
            + $"{(fold > lambda ? "which fold it is matters more" : fold < lambda ? "λ matters more" : "both matter alike")}.";
    }

    /// <summary>How far λ moves the score, beside the nulls, on the same λ.</summary>
    /// <param name="ranges">The shift first, then the nulls: best less worst mean score over <paramref name="lambdas"/>.</param>
    /// <param name="fusion">early or late.</param>
    /// <param name="lambdas">The λ that all were measured at.</param>
    public static string Nulls(IReadOnlyList<(string Shift, double Range)> ranges, string fusion, IReadOnlyList<double> lambdas)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(lambdas);
        var nulls = ranges.Skip(1).ToArray();
        var farther = Tally.Of(nulls.Select(n => (ranges[0].Range, n.Range)));
        static string Number(double range) => NumberText.Fixed(100 * range, 1);
        var lead = NumberText.Shown(ranges[0].Range, 3) - nulls.Max(n => NumberText.Shown(n.Range, 3));
        return $"{fusion}, over λ = {string.Join(", ", lambdas.Select(NumberText.Lambda))}: {ranges[0].Shift} moves macro-F1 by "
            + $"{Number(ranges[0].Range)} points, {string.Join(", ", nulls.Select(n => $"{n.Shift} by {Number(n.Range)}"))}. "
            + (farther.Higher == nulls.Length
                ? $"It moves it farther than every null, by {Number(lead)} points at least; no interval is known."
                : $"It does not move it farther than {(farther.Higher == 0 && nulls.Length > 1 ? "any null" : "every null")}: nothing here shows "
                    + "that the direction of the gap matters.");
    }

    /// <summary>How far runs are apart that differ in their last binary digit.</summary>
    /// <param name="runs">The score of each run, and after the nudge.</param>
    public static string Nudges(IReadOnlyList<(string Run, double Zero, double Nudged)> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var moved = runs.Where(r => NumberText.Score(r.Zero) != NumberText.Score(r.Nudged)).ToArray();
        if (moved.Length == 0)
        {
            return $"None of {NumberText.Count(runs.Count, "run")} moves in the digits shown.";
        }

        var most = moved.MaxBy(r => Math.Abs(r.Nudged - r.Zero));
        return $"{moved.Length} of {NumberText.Count(runs.Count, "run")} {(moved.Length == 1 ? "moves" : "move")}; the most, {most.Run}, by "
            + $"{NumberText.Points(NumberText.Shown(most.Nudged, 3) - NumberText.Shown(most.Zero, 3))}.";
    }

    /// <summary>How large published gains are in their own standard deviations over repeats.</summary>
    /// <param name="gains">Gain of the best λ, and the standard deviation there; null where none is published.</param>
    public static string InDeviations(IReadOnlyList<(double Gain, double? Deviation)> gains)
    {
        ArgumentNullException.ThrowIfNull(gains);
        double[] ratios = [.. gains.Where(g => g.Deviation > 0).Select(g => g.Gain / g.Deviation!.Value)];
        var blank = gains.Count - ratios.Length;
        return (ratios.Length == 0 ? "No gain can be measured in standard deviations."
                : $"{ratios.Count(r => r < 2)} of {ratios.Length} gains {(ratios.Length == 1 ? "is" : "are")} below two standard deviations; the "
                    + $"largest is {NumberText.Fixed(ratios.Max(), 1)}.")
            + (blank == 0 ? ""
                : $" {blank} of {gains.Count} {(blank == 1 ? "has" : "have")} none: with a single run, or without a spread published, there is no "
                    + "standard deviation.");
    }
}
