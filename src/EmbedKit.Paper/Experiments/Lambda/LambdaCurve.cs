using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>One λ of a curve on the test rows.</summary>
/// <param name="Lambda">λ.</param>
/// <param name="MacroF1">Mean over seeds, 0–1.</param>
/// <param name="Interval">Its 95 % interval over test groups (percentile). All seeds are in every draw: their spread is not in it.</param>
/// <param name="Difference">From λ = 0.</param>
/// <param name="DifferenceInterval">Its 95 % interval, from the same draws. Narrower than two intervals suggest, since both λ meet the same
/// rows.</param>
public sealed record LambdaPoint(double Lambda, double MacroF1, BootstrapInterval Interval, double Difference, BootstrapInterval DifferenceInterval);

/// <summary>Macro-F1 against λ on the test rows of a sweep, with intervals, and what the best λ claims.</summary>
/// <param name="Setting">The models: what they have in common but λ, with λ, seed and fold set to 0.</param>
/// <param name="Points">In order of λ.</param>
/// <param name="Claim">What the best λ of the grid claims, chosen on these same rows, beside what it claims when λ does nothing
/// (<see cref="RealityCheck"/>).</param>
/// <param name="Rows">Test rows; in a sweep over folds, those of all folds.</param>
/// <param name="Groups">Groups they belong to, which are what is drawn; null where rows are drawn one by one.</param>
/// <param name="Seeds">Seeds averaged.</param>
/// <param name="Folds">Folds pooled.</param>
public sealed record LambdaCurve(SweepModel Setting, IReadOnlyList<LambdaPoint> Points, EmptyClaim Claim, int Rows, int? Groups, int Seeds, int Folds)
{
    /// <summary>The best λ on the test rows: a leak when it is chosen so.</summary>
    public LambdaPoint Best => At(LambdaChoice.Best(Points.Select(p => (p.Lambda, p.Difference))));

    /// <summary>Whether there are groups (or rows, without groups) enough for intervals and <see cref="Claim"/>'s chances to mean anything.</summary>
    public bool EnoughGroups => (Groups ?? Rows) >= PairedComparison.FewestUnits;

    /// <summary>No shift.</summary>
    public LambdaPoint Zero => At(0);

    /// <summary>The curves of a sweep whose grid holds λ = 0, one for each fusion, hidden width, aligner and σ.</summary>
    /// <param name="predictions">What the models said.</param>
    /// <param name="random">The stream <c>lambda curve</c> draws the rows.</param>
    /// <param name="resamples">Draws, at least 100. Default 1,000.</param>
    /// <exception cref="InputException">No test rows.</exception>
    public static IReadOnlyList<LambdaCurve> Of(SweepPredictions predictions, RandomStreams random, int resamples = 1000)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(random);
        var repeats = new SweepRepeats(predictions, Split.Test);
        return [.. repeats.Settings().Select(setting => Of(repeats, setting, random.Create("lambda curve"), resamples))];
    }

    private LambdaPoint At(double lambda) => Points.First(p => p.Lambda == lambda);

    private static LambdaCurve Of(SweepRepeats repeats, SweepModel setting, SeededRandom random, int resamples)
    {
        double[] lambdas = [.. repeats.LambdasOf(setting)];
        var predicted = lambdas.Select(l => repeats.Predicted(setting with { Lambda = l })).ToArray();
        var zero = Array.IndexOf(lambdas, 0.0);
        double[] Scores(int[] rows) => [.. predicted.Select(p => repeats.MacroF1(p, rows).Average())];
        double[] Differences(double[] scores) => [.. scores.Select(s => s - scores[zero])];
        var observed = Scores(repeats.All);
        var gains = Differences(observed);
        if (!repeats.CanDraw)
        {
            return Curve(_ => new(0, 1, 0.95, 0, IntervalMethod.Percentile), _ => new(-1, 1, 0.95, 0, IntervalMethod.Percentile),
                new(gains.Max(), 1, 1, 1));
        }

        var draws = Bootstrap.Draws(repeats.All.Length, repeats.Groups, Scores, random, resamples);
        var differences = draws.Select(Differences).ToArray();
        static BootstrapInterval Interval(double[][] values, int k) => Bootstrap.Percentile([.. values.Select(v => v[k])], 0.95);
        return Curve(k => Interval(draws, k), k => Interval(differences, k), RealityCheck.Of(gains, differences));

        LambdaCurve Curve(Func<int, BootstrapInterval> score, Func<int, BootstrapInterval> difference, EmptyClaim claim) => new(
            setting, [.. lambdas.Select((l, k) => new LambdaPoint(l, observed[k], score(k), gains[k], difference(k)))],
            claim, repeats.All.Length, repeats.GroupCount, repeats.Seeds.Count, repeats.Folds.Count);
    }
}
