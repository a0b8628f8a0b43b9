using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Evaluation;

public class RealityCheckTests
{
    [Fact]
    public void The_claim_of_nothing_is_the_largest_draw_less_what_was_observed()
    {
        // Two candidates: draws less what was observed are (−0.1, 0.2), (0.1, −0.2), (0, 0), (0.3, 0); their largest 0.2, 0.1, 0, 0.3.
        var claim = RealityCheck.Of([0.1, 0.2], [[0, 0.4], [0.2, 0], [0.1, 0.2], [0.4, 0.2]], level: 0.75);
        Assert.Equal((0.2, 0.15, 0.2), (claim.Observed, Math.Round(claim.Expected, 12), Math.Round(claim.High, 12)));
        Assert.InRange(claim.P, 0.4, 0.6);
    }

    [Fact]
    public void Under_no_effect_a_twentieth_of_the_best_gains_lie_above_the_limit_and_an_effect_lies_above_it()
    {
        var random = new SeededRandom(9);
        EmptyClaim Drawn(double gain)
        {
            // Twenty-one candidates on 80 rows: row by row a gain or loss of the candidate over the baseline.
            double[][] rows =
                [.. Enumerable.Range(0, 80)
                    .Select(_ => (double[])[0, .. Enumerable.Range(0, 20).Select(k => random.NextGaussian() + (k == 0 ? gain : 0))])];
            double[] Means(int[] drawn) => [.. Enumerable.Range(0, 21).Select(k => drawn.Average(r => rows[r][k]))];
            var draws = Bootstrap.Draws(80, null, Means, random, 200);
            return RealityCheck.Of(Means([.. Enumerable.Range(0, 80)]), draws);
        }

        Assert.InRange(Enumerable.Range(0, 100).Count(_ => Drawn(0).P < 0.05), 0, 13);
        Assert.True(Drawn(1).P < 0.01);
    }

    [Fact]
    public void Draws_of_another_width_are_refused() => Assert.Throws<ArgumentException>(() => RealityCheck.Of([0, 1], [[0]]));
}
