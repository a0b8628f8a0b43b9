using CsCheck;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Evaluation;

public class ScoreGridTests
{
    private static readonly double[] Lambdas = [-1, -0.5, 0, 0.5, 1];

    private static readonly Gen<double[][]> Scores = Gen.Double[0.3, 0.9].Array[6].Array[5];

    [Fact]
    public void Of_scores_within_one_standard_error_the_lambda_nearest_0_is_chosen()
    {
        // λ = 1 is best (mean 0.8, standard error 0.02), λ = 0.5 within it (0.79), λ = 0 not (0.7).
        var rule = Grid(
            [0.5, 0.5, 0.5], [0.6, 0.6, 0.6], [0.7, 0.7, 0.7], [0.79, 0.79, 0.79], [0.8 - (0.02 * Math.Sqrt(3)), 0.8, 0.8 + (0.02 * Math.Sqrt(3))])
            .OneStandardError(new(1));

        Assert.Equal((0.5, 1.0), (rule.Lambda, rule.Best));
        Assert.Equal(0.8, rule.BestMean, 1e-12);
        Assert.Equal(0.02, rule.StandardError, 1e-12);
        Assert.Equal(0, rule.ChoosesZero);
        Assert.InRange(rule.Stability, 0.4, 1);
        Assert.InRange(rule.Lambda, rule.Low, rule.High);
    }

    [Fact]
    public void Equal_scores_choose_no_shift_and_claim_nothing()
    {
        var grid = Grid([.. Enumerable.Repeat((double[])[0.6, 0.7], 5)]);

        Assert.Equal(
            (0.0, 0.0, 0.0, 1.0),
            (grid.OneStandardError(new(1)).Lambda, grid.OneStandardError(new(1)).Low, grid.OneStandardError(new(1)).High,
                grid.OneStandardError(new(1)).ChoosesZero));
        Assert.Equal((0.0, 0.0), (grid.BestWhenLambdaDoesNothing(new(1)).Observed, grid.BestWhenLambdaDoesNothing(new(1)).High));
    }

    [Fact]
    public void The_choice_is_never_further_from_0_than_the_best_and_never_worse_than_it_by_more_than_the_error() => Scores.Sample(
        scores =>
        {
            var rule = Grid(scores).OneStandardError(new(2), 100);
            Assert.True(Math.Abs(rule.Lambda) <= Math.Abs(rule.Best));
            Assert.True(scores[Array.IndexOf(Lambdas, rule.Lambda)].Average() >= rule.BestMean - rule.StandardError);
        },
        iter: 100,
        threads: 1);

    [Fact]
    public void Neither_depends_on_the_order_of_lambdas_and_the_claim_not_on_the_level_of_scores() => Scores.Sample(
        scores =>
        {
            var plain = Grid(scores);
            ScoreGrid Reversed(double added) => new([.. Lambdas.Reverse()], [.. scores.Reverse().Select(s => s.Select(v => v + added).ToArray())]);
            Assert.Equal(plain.OneStandardError(new(1), 100), Reversed(0).OneStandardError(new(1), 100));
            Assert.Equal(plain.BestWhenLambdaDoesNothing(new(1), 100).High, Reversed(3).BestWhenLambdaDoesNothing(new(1), 100).High, 1e-9);
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void Noise_alone_claims_a_gain_that_the_best_of_a_grid_does_not_exceed_too_often()
    {
        var random = new SeededRandom(4);
        ScoreGrid Drawn(double gain) => new([.. Enumerable.Range(0, 21).Select(i => i / 10.0)], [.. Enumerable.Range(0, 21).Select(i =>
            Enumerable.Range(0, 20).Select(_ => 0.7 + (i == 20 ? gain : 0) + (0.02 * random.NextGaussian())).ToArray())]);

        var claims = Enumerable.Range(0, 60).Select(_ => Drawn(0).BestWhenLambdaDoesNothing(random, 200)).ToArray();
        Assert.InRange(claims.Average(c => c.Observed / c.Expected), 0.7, 1.4);
        Assert.InRange(claims.Count(c => c.P < 0.1), 0, 15);
        Assert.True(Drawn(0.06).BestWhenLambdaDoesNothing(random, 400).P < 0.01);
    }

    [Fact]
    public void Bad_grids_are_refused()
    {
        string Refusal(double[] lambdas, params double[][] scores) => Assert.Throws<InputException>(() => new ScoreGrid(lambdas, scores)).Message;

        Assert.Contains("0 among them", Refusal([0.5, 1], [1, 2], [1, 2]), StringComparison.Ordinal);
        Assert.Contains("distinct", Refusal([0, 0], [1, 2], [1, 2]), StringComparison.Ordinal);
        Assert.Contains("0 values", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("two or more repeats", Refusal([0, 1], [1], [1]), StringComparison.Ordinal);
        Assert.Contains("rows of 2/3 scores", Refusal([0, 1], [1, 2], [1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("λ = 1 is no number", Refusal([0, 1], [1, 2], [1, double.NaN]), StringComparison.Ordinal);
    }

    private static ScoreGrid Grid(params double[][] scores) => new(Lambdas, scores);
}
