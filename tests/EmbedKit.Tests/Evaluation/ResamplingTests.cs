using CsCheck;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Evaluation;

public class ResamplingTests
{
    private static readonly System.Text.Json.JsonElement Peer = GoldenValues.Json("statistics/golden.json").GetProperty("bootstrap");

    /// <summary>Between 3 and 12 groups of 1 to 4 rows, a value for each row, and another order of the rows.</summary>
    private static readonly Gen<(string[] Groups, double[] Values, int[] Order)> Grouped =
        from sizes in Gen.Int[1, 4].Array[3, 12]
        let groups = sizes.SelectMany((n, g) => Enumerable.Repeat($"g{g}", n)).ToArray()
        from values in Gen.Double[-1, 1].Array[groups.Length]
        from order in Gen.Shuffle(Enumerable.Range(0, groups.Length).ToArray())
        select (groups, values, order);

    [Theory]
    [InlineData("variance")]
    [InlineData("mean")]
    public void Intervals_equal_SciPy_on_its_own_draws(string statistic)
    {
        var x = Peer.GetProperty("x").Doubles();
        double Value(double[] v) => statistic == "mean" ? v.Average() : v.Sum(a => Math.Pow(a - v.Average(), 2)) / (v.Length - 1);
        var draws = Peer.GetProperty(statistic).GetProperty("distribution").Doubles();
        var bca = Bootstrap.Bca(draws, Value(x), [.. x.Select((_, left) => Value([.. x.Where((_, i) => i != left)]))], 0.95);

        Close(Peer.GetProperty(statistic).GetProperty("bca").Doubles(), bca);
        Close(Peer.GetProperty(statistic).GetProperty("percentile").Doubles(), Bootstrap.Percentile(draws, 0.95));
    }

    [Fact]
    public void The_order_of_rows_makes_no_difference_to_grouped_draws() => Grouped.Sample(
        data =>
        {
            var (groups, values, order) = data;
            BootstrapInterval Interval(string[] g, double[] v, IntervalMethod method) =>
                Bootstrap.Intervals(g.Length, g, rows => [rows.Average(r => v[r])], new SeededRandom(3), 100, method: method)[0];
            foreach (var method in Enum.GetValues<IntervalMethod>())
            {
                var (plain, shuffled) =
                    (Interval(groups, values, method), Interval([.. order.Select(i => groups[i])], [.. order.Select(i => values[i])], method));
                Assert.Equal(plain.Low, shuffled.Low, 1e-9);
                Assert.Equal(plain.High, shuffled.High, 1e-9);
            }
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void Intervals_of_a_rising_function_are_the_function_of_the_interval() =>
        // Both methods read quantiles; between two draws they interpolate, so a draw's neighbours bound what exp does to it.
        Gen.Double[-2, 2].Array[30].Sample(
            values =>
            {
                double[] Draws(Func<double, double> f) => [.. Enumerable.Range(0, 1999).Select(r => f(values[r % 30] + (r * 1e-4)))];
                double[] LeftOut(Func<double, double> f) => [.. values.Select(f)];
                var plain = Bootstrap.Percentile(Draws(v => v), 0.95);
                var exp = Bootstrap.Percentile(Draws(Math.Exp), 0.95);
                Assert.Equal(Math.Exp(plain.Low), exp.Low, 1e-2 * exp.Low);
                Assert.Equal(Math.Exp(plain.High), exp.High, 1e-2 * exp.High);

                // BCa's skew comes from the jackknife, which only a linear function leaves as it is.
                var observed = values.Average();
                var bca = Bootstrap.Bca(Draws(v => v), observed, LeftOut(v => v), 0.95);
                var scaled = Bootstrap.Bca(Draws(v => 3 + (2 * v)), 3 + (2 * observed), LeftOut(v => 3 + (2 * v)), 0.95);
                Assert.Equal(3 + (2 * bca.Low), scaled.Low, 1e-6);
                Assert.Equal(3 + (2 * bca.High), scaled.High, 1e-6);
            },
            iter: 50,
            threads: 1);

    [Fact]
    public void Where_every_draw_lies_on_one_side_the_percentile_interval_is_given_and_named()
    {
        double[] draws = [.. Enumerable.Range(1, 100).Select(i => (double)i)];
        var interval = Bootstrap.Bca(draws, 0, [0, 1, 2], 0.9);

        Assert.Equal(IntervalMethod.Percentile, interval.Method);
        Assert.Equal(Bootstrap.Percentile(draws, 0.9), interval);
    }

    [Fact]
    public void Swapping_single_rows_gives_the_sign_test()
    {
        // 8 of 8 pairs favour the first: of 2⁸ ways to swap them, 2 are as far from 0.
        var p = SwapTest.PValues(8, null, swapped => [swapped.Sum(s => s ? -1.0 : 1.0)], new SeededRandom(1), 20_000)[0];
        Assert.Equal(2.0 / 256, p, 0.003);
    }

    [Fact]
    public void Without_a_difference_swapping_gives_small_p_as_often_as_it_says()
    {
        var random = new SeededRandom(5);
        var small = Enumerable.Range(0, 300).Count(_ =>
        {
            double[] values = [.. Enumerable.Range(0, 30).Select(_ => random.NextGaussian())];
            return SwapTest.PValues(30, null, swapped => [values.Select((v, i) => swapped[i] ? -v : v).Sum()], random, 200)[0] <= 0.1;
        });
        Assert.InRange(small, 30 - 18, 30 + 18);
    }

    private static void Close(double[] expected, BootstrapInterval actual)
    {
        Assert.Equal(expected[0], actual.Low, 1e-9);
        Assert.Equal(expected[1], actual.High, 1e-9);
    }
}
