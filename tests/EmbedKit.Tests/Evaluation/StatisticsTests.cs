using CsCheck;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Evaluation;

public class StatisticsTests
{
    private static readonly System.Text.Json.JsonElement Stats = GoldenValues.Json("stats.json");
    private static readonly System.Text.Json.JsonElement Peer = GoldenValues.Json("statistics/golden.json");
    private static readonly double[] A = Stats.GetProperty("a").Doubles();
    private static readonly double[] B = Stats.GetProperty("b").Doubles();

    [Fact]
    public void The_paired_t_test_equals_SciPy()
    {
        var golden = Stats.GetProperty("ttest_rel");
        var test = PairedTTest.Of(A, B);

        Close(golden.GetProperty("t").GetDouble(), test.T);
        Close(golden.GetProperty("p").GetDouble(), test.P);
        Close(golden.GetProperty("ci95")[0].GetDouble(), test.Low);
        Close(golden.GetProperty("ci95")[1].GetDouble(), test.High);
        Close(Stats.GetProperty("mean_diff").GetDouble(), test.MeanDifference);
        Close(Stats.GetProperty("sd_diff").GetDouble(), test.StandardDeviation);
        Close(Stats.GetProperty("cohens_dz").GetDouble(), test.CohensDz);
        Assert.Equal(golden.GetProperty("df").GetInt32(), test.DegreesOfFreedom);
    }

    [Fact]
    public void The_t_distribution_equals_SciPy_into_the_tails() => Assert.All(
        Stats.GetProperty("t_cdf").EnumerateArray(),
        c => Close(c.GetProperty("p_two_sided").GetDouble(), PairedTTest.TwoSidedP(c.GetProperty("t").GetDouble(), c.GetProperty("df").GetDouble())));

    [Theory]
    [InlineData("wilcoxon_default", Alternative.TwoSided, RankMethod.Automatic)]
    [InlineData("wilcoxon_exact", Alternative.TwoSided, RankMethod.Exact)]
    [InlineData("wilcoxon_approx", Alternative.TwoSided, RankMethod.Normal)]
    [InlineData("wilcoxon_approx_cc", Alternative.TwoSided, RankMethod.NormalWithContinuity)]
    [InlineData("wilcoxon_greater", Alternative.Greater, RankMethod.Automatic)]
    [InlineData("wilcoxon_less", Alternative.Less, RankMethod.Automatic)]
    public void The_signed_rank_test_equals_SciPy(string name, Alternative alternative, RankMethod method)
    {
        var test = WilcoxonTest.Of(A, B, alternative, method);

        Close(Stats.GetProperty(name).GetProperty("stat").GetDouble(), test.Statistic);
        Close(Stats.GetProperty(name).GetProperty("p").GetDouble(), test.P);
    }

    [Fact]
    public void Ties_and_zeros_take_the_normal_approximation_as_in_SciPy()
    {
        var golden = Stats.GetProperty("wilcoxon_ties_zeros");
        var test = WilcoxonTest.Of(golden.GetProperty("a").Doubles(), golden.GetProperty("b").Doubles());

        Assert.False(test.Exact);
        Close(golden.GetProperty("stat").GetDouble(), test.Statistic);
        Close(golden.GetProperty("p").GetDouble(), test.P);
    }

    [Fact]
    public void Holm_correction_equals_the_golden_file()
    {
        var golden = Stats.GetProperty("holm");
        Assert.All(
            golden.GetProperty("adjusted").Doubles().Zip(MultipleComparisons.Holm(golden.GetProperty("p").Doubles())), p => Close(p.First, p.Second));
        Assert.Throws<InputException>(() => MultipleComparisons.Holm([0.5, double.NaN]));
        Assert.Throws<InputException>(() => MultipleComparisons.BenjaminiHochberg([0.5, 1.5]));
    }

    [Fact]
    public void Corrections_for_many_tests_equal_statsmodels()
    {
        var golden = Peer.GetProperty("corrections");
        var p = golden.GetProperty("p").Doubles();
        Assert.All(golden.GetProperty("holm").Doubles().Zip(MultipleComparisons.Holm(p)), x => Close(x.First, x.Second));
        Assert.All(golden.GetProperty("benjamini_hochberg").Doubles().Zip(MultipleComparisons.BenjaminiHochberg(p)), x => Close(x.First, x.Second));
    }

    [Fact]
    public void Corrections_keep_the_order_of_p_and_Holm_is_the_stricter() => Gen.Double.Unit.Array[1, 40].Sample(
        p =>
        {
            double[] holm = MultipleComparisons.Holm(p), hochberg = MultipleComparisons.BenjaminiHochberg(p);
            int[] order = [.. Enumerable.Range(0, p.Length).OrderBy(i => p[i])];
            Assert.All(order.Zip(order.Skip(1)), pair =>
            {
                Assert.True(holm[pair.First] <= holm[pair.Second]);
                Assert.True(hochberg[pair.First] <= hochberg[pair.Second]);
            });
            Assert.All(order, i =>
            {
                Assert.True(holm[i] >= hochberg[i] - 1e-15);
                Assert.True(hochberg[i] >= p[i] - 1e-15);
                Assert.InRange(holm[i], 0, 1);
            });
        },
        iter: 300);

    [Fact]
    public void The_corrected_resampled_t_test_equals_its_formula_in_SciPy()
    {
        var golden = Peer.GetProperty("corrected_t");
        double[] a = golden.GetProperty("a").Doubles(), b = golden.GetProperty("b").Doubles();
        var test = PairedTTest.Corrected(a, b, golden.GetProperty("ratio").GetDouble());

        Close(golden.GetProperty("t").GetDouble(), test.T);
        Close(golden.GetProperty("p").GetDouble(), test.P);
        Close(golden.GetProperty("low").GetDouble(), test.Low);
        Close(golden.GetProperty("high").GetDouble(), test.High);
        Close(golden.GetProperty("ttest_rel").GetProperty("p").GetDouble(), PairedTTest.Of(a, b).P);
        Close(golden.GetProperty("rank_biserial").GetDouble(), WilcoxonTest.Of(a, b).RankBiserial);
        Close(golden.GetProperty("wilcoxon").GetProperty("p").GetDouble(), WilcoxonTest.Of(a, b).P);
        Assert.Throws<InputException>(() => PairedTTest.Corrected(a, b, 0));
    }

    [Fact]
    public void McNemar_equals_statsmodels() => Assert.All(Peer.GetProperty("mcnemar").EnumerateArray(), golden =>
    {
        int b = golden.GetProperty("b").GetInt32(), c = golden.GetProperty("c").GetInt32();
        bool[] first = [.. Enumerable.Repeat(true, b), .. Enumerable.Repeat(false, c)];
        var test = McNemarTest.Of(first, [.. first.Select(f => !f)]);
        Close(golden.GetProperty("exact").GetDouble(), test.P);
        Close(golden.GetProperty("corrected").GetDouble(), test.CorrectedP);
    });

    [Fact]
    public void McNemar_equals_the_binomial_by_hand()
    {
        bool[] first = [true, true, true, true, true, false, true, false];
        bool[] second = [false, false, false, false, true, true, true, false];
        var test = McNemarTest.Of(first, second);

        Assert.Equal((4, 1), (test.OnlyFirst, test.OnlySecond));
        Close(2 * (1 + 5) / 32.0, test.P);
        Assert.Equal(1, McNemarTest.Of(first, first).P);
    }

    [Fact]
    public void The_bootstrap_interval_of_a_mean_is_that_of_its_standard_error()
    {
        var random = new SeededRandom(11);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => random.NextGaussian())];
        var interval = Bootstrap.Intervals(400, null, rows => [rows.Average(r => values[r])], new SeededRandom(1))[0];

        Assert.Equal(2 * 1.96 / 20, interval.High - interval.Low, 0.02);
        Assert.Equal(values.Average(), (interval.High + interval.Low) / 2, 0.01);
    }

    [Fact]
    public void Drawing_by_group_keeps_groups_whole_and_widens_the_interval()
    {
        double[] values = [.. Enumerable.Range(0, 200).Select(i => i / 20 % 2 == 0 ? 1.0 : 0.0)];
        string[] groups = [.. Enumerable.Range(0, 200).Select(i => $"g{i / 20}")];
        double Width(string[]? by) =>
            Bootstrap.Intervals(200, by, rows => [rows.Average(r => values[r])], new SeededRandom(1)) is [var i] ? i.High - i.Low : 0;

        Assert.True(Width(groups) > 3 * Width(null));
        Bootstrap.Intervals(
            200, groups,
            rows => [rows.CountBy(r => groups[r]).All(g => g.Value % 20 == 0) ? 0 : throw new InvalidOperationException("A group was cut.")],
            new SeededRandom(1), 100);
        Assert.Throws<InputException>(() => Bootstrap.Intervals(3, ["g", "g", "g"], _ => [0], new SeededRandom(1)));
    }

    [Fact]
    public void Tests_without_spread_are_refused()
    {
        Assert.Throws<InputException>(() => PairedTTest.Of([1, 2], [0, 1]));
        Assert.Throws<InputException>(() => PairedTTest.Of([1], [0]));
        Assert.Throws<InputException>(() => WilcoxonTest.Of([1, 2], [1, 2]));
        Assert.Throws<InputException>(() => WilcoxonTest.Of([1, 2], [1, double.NaN]));
        Assert.Throws<InputException>(() => WilcoxonTest.Of([1, 2], [0, 1], method: RankMethod.Exact));
    }

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-12 + (1e-10 * Math.Abs(expected)));
}
