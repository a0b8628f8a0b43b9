using CsCheck;
using EmbedKit.Alignment;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Alignment;

/// <summary>What every aligner promises.</summary>
public class AlignerPromisesTests
{
    private static readonly ShiftOptions Half = new() { Lambda = 0.5 };

    public static TheoryData<string> Names => [.. Aligners.Keys];

    private static Dictionary<string, Func<IAligner>> Aligners => new IAligner[] { new GapShift(Half), new IdentityAligner(), new RandomDirectionShift(Half, new(3)) }
        .ToDictionary(a => a.Name, a => (Func<IAligner>)(() => a));

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_are_transformed_each_for_itself_with_and_without_noise(string name) => Sets.Any.Sample(
        set =>
        {
            var fitted = Aligners[name]().Fit(TrainingSet.AllRowsAsPublished(set));
            foreach (var noise in new[] { null, new GaussianNoise(0.1, new(5)) })
            {
                int[] rows = [3, 0, 2];
                var (few, all) = (fitted.Transform(set.Select(rows), noise), fitted.Transform(set, noise).Select(rows));
                Assert.Equal(all.Image!.Values, few.Image!.Values);
                Assert.Equal(all.Text!.Values, few.Text!.Values);
                Assert.Equal(all.Ids, few.Ids);
            }
        },
        iter: 20,
        threads: 1);

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_come_out_with_length_1_and_the_input_stays_as_it_was(string name)
    {
        var set = Sets.Random(9, 10, 5, 7);
        var before = set.Image!.Values.ToArray();
        var aligned = Aligners[name]().Fit(TrainingSet.AllRowsAsPublished(set)).Transform(set);

        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(1, Math.Sqrt(aligned.Image!.Row(i).ToArray().Sum(v => (double)v * v)), 1e-6));
        Assert.Equal(before, set.Image.Values);
        Assert.Same(set.Table, aligned.Table);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_seeds_give_equal_results(string name)
    {
        var set = Sets.Random(9, 10, 5, 5);
        float[] Run(long seed) => Aligners[name]().Fit(TrainingSet.AllRowsAsPublished(set)).Transform(set, new(0.2, new(seed))).Text!.Values;

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    [Fact]
    public void The_random_direction_is_as_long_as_the_gap_and_points_elsewhere()
    {
        var training = TrainingSet.AllRowsAsPublished(Sets.Random(2, 30, 64, 64));
        var (gap, random) = (new GapShift(Half).Fit(training).Vector, new RandomDirectionShift(Half, new(1)).Fit(training).Vector);
        double Norm(double[] v) => Math.Sqrt(v.Sum(x => x * x));

        Assert.Equal(Norm(gap), Norm(random), 1e-12);
        Assert.InRange(Math.Abs(gap.Zip(random, (a, b) => a * b).Sum()) / (Norm(gap) * Norm(random)), 0, 0.5);
    }

    [Fact]
    public void Noise_has_the_strength_asked_for()
    {
        var set = Sets.Random(4, 200, 100, 100);
        var noisy = new GaussianNoise(0.3, new(1)).Add(set);
        double[] noise = [.. noisy.Image!.Values.Zip(set.Image!.Values, (a, b) => (double)a - b), .. noisy.Text!.Values.Zip(set.Text!.Values, (a, b) => (double)a - b)];

        Assert.Equal(0, noise.Average(), 0.3 * 5 / Math.Sqrt(noise.Length));
        Assert.Equal(0.09, noise.Average(x => x * x), 0.09 * 5 * Math.Sqrt(2.0 / noise.Length));
        Assert.Throws<InputException>(() => new GaussianNoise(-0.1, new(1)));
    }
}
