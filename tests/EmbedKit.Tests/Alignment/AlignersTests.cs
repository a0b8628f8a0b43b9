using CsCheck;
using EmbedKit.Alignment;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Alignment;

public class AlignersTests
{
    private static readonly System.Text.Json.JsonElement Golden = GoldenValues.Json("alignment/golden.json");
    private static readonly ShiftOptions Half = new() { Lambda = 0.5 };

    [Theory]
    [InlineData("center")]
    [InlineData("z-score")]
    [InlineData("realign")]
    [InlineData("coral")]
    [InlineData("procrustes")]
    [InlineData("optimal-transport")]
    [InlineData("projected-shift")]
    public void Equals_NumPy_SciPy_and_scikit_learn(string name)
    {
        var set = Sets.Of(Rows(Golden.GetProperty("image")), Rows(Golden.GetProperty("text")));
        var aligned = AlignerPromisesTests.Create(name).Fit(TrainingSet.AllRowsAsPublished(set)).Transform(set);

        Sets.AssertClose(Rows(Golden.GetProperty(name).GetProperty("image")), aligned.Image!, 2.5e-7);
        Sets.AssertClose(Rows(Golden.GetProperty(name).GetProperty("text")), aligned.Text!, 2.5e-7);
    }

    [Fact]
    public void Optimal_transport_gives_texts_the_moments_of_the_images() => Sets.Any.Where(s => s.Count > 8).Sample(
        set =>
        {
            var space = CommonSpace.Fit(TrainingSet.AllRowsAsPublished(set), new());
            var rows = space.Prepare(set);
            var (image, text) = (rows.Image!, rows.Text!);
            using var scope = TorchSharp.torch.NewDisposeScope();
            var root = Covariance.Power(Covariance.Of(text, 1e-3), 0.5);
            var power = Covariance.Values(root.mm(root));
            Assert.All(power.Zip(Covariance.Values(Covariance.Of(text, 1e-3))), p => Assert.Equal(p.Second, p.First, 1e-9));
            Assert.Equal(Moments.Variances(image).Sum(), Covariance.Of(image, 0).trace().item<double>(), 1e-9);
        },
        iter: 20,
        threads: 1);

    [Fact]
    public void Procrustes_undoes_a_rotation_and_leaves_alone_what_no_pair_shows()
    {
        // Texts are the images with their first two coordinates turned by 90 degrees; the rows vary in those two only.
        var random = new SeededRandom(4);
        double[][] image = [.. Enumerable.Range(0, 12).Select(_ => new[] { random.NextGaussian(), random.NextGaussian(), 3, 1, 2 })];
        double[][] text = [.. image.Select(r => new[] { -r[1], r[0], r[2], r[3], r[4] })];
        var aligned = new Procrustes(new() { Prenormalize = false }).Fit(TrainingSet.AllRowsAsPublished(Sets.Of(image, text)))
            .Transform(Sets.Of(image, text));

        Sets.AssertClose(aligned.Image!, aligned.Text!, 1e-6);
    }

    [Fact]
    public void The_gradient_of_lambda_is_that_of_finite_differences() =>
    (from set in Sets.Any.Where(s => s.Count > 8) from multilabel in Gen.Bool select (set, multilabel)).Sample(
        data =>
        {
            var set = AlignerPromisesTests.Labelled(data.set);
            var table = set.Table.With("x", [.. set.Ids.Select((_, i) => i % 2 == 0 ? "1" : "0")])
                .With("y", [.. set.Ids.Select((_, i) => i % 3 == 0 ? "1" : "0")]);
            set = new(table, set.Image, set.Text);
            var shift = new GapShift(new()).Fit(TrainingSet.AllRowsAsPublished(set));
            var probe = new ShiftedProbe(
                shift.Prepare(set), shift.Vector, EmbedKit.Data.LabelEncoding.Fit(data.multilabel ? ["x", "y"] : ["label"], table));
            var random = new SeededRandom(8);
            double[] at = [.. Enumerable.Range(0, probe.ParameterCount).Select(_ => 0.3 * random.NextGaussian())];
            var gradient = probe.LossAndGradient(at).Gradient;
            foreach (var i in new[] { 0, at.Length / 2, at.Length - 2, at.Length - 1 })
            {
                double Loss(double step) => probe.LossAndGradient([.. at.Select((p, j) => j == i ? p + step : p)]).Loss;
                Assert.Equal((Loss(1e-5) - Loss(-1e-5)) / 2e-5, gradient[i], 1e-7);
            }
        },
        iter: 30,
        threads: 1);

    [Fact]
    public void A_learned_lambda_lowers_the_loss_below_that_of_no_shift()
    {
        var set = AlignerPromisesTests.Labelled(Sets.Random(3, 60, 6, 6));
        var shift = new GapShift(new()).Fit(TrainingSet.AllRowsAsPublished(set));
        var probe = new ShiftedProbe(shift.Prepare(set), shift.Vector, EmbedKit.Data.LabelEncoding.Fit(["label"], set.Table));
        var learned = LearnedLambda.Descend(probe);

        Assert.NotEqual(0, learned[^1]);
        Assert.Equal(learned[^1], new LearnedLambda(new(), ["label"]).Fit(TrainingSet.AllRowsAsPublished(set)).Options.Lambda);
        Assert.True(probe.LossAndGradient(learned).Loss < probe.LossAndGradient([.. learned[..^1], 0]).Loss);
    }

    [Fact]
    public void A_projected_shift_is_orthogonal_to_the_main_directions_of_the_images()
    {
        var training = TrainingSet.AllRowsAsPublished(Sets.Random(2, 60, 40, 40));
        var shift = new ProjectedShift(Half).Fit(training);
        var main = PrincipalComponents.Fit(shift.Prepare(training.Rows).Image!, ProjectedShift.Components).Components;

        Assert.All(main, direction => Assert.Equal(0, direction.Zip(shift.Vector, (a, b) => a * b).Sum(), 1e-9));
        Assert.InRange(shift.Vector.Sum(v => v * v), 0.01, new GapShift(Half).Fit(training).Vector.Sum(v => v * v));
    }

    [Fact]
    public void A_sequence_is_its_steps_one_after_another()
    {
        var set = Sets.Random(2, 20, 5, 5);
        var training = TrainingSet.AllRowsAsPublished(set);
        var noise = new GaussianNoise(0.3, new(7));
        var centred = new MeanCentering(new()).Fit(training).Transform(set);
        var scored = new ZScore(new()).Fit(training.With(centred.Image, centred.Text)).Transform(centred);

        Assert.Equal(
            scored.Text!.Values, new Sequence("both", new MeanCentering(new()), new ZScore(new())).Fit(training).Transform(set).Text!.Values);
        Assert.Equal(
            Normalization.Normalize(noise.Add(centred)).Image!.Values,
            Aligners.Create("c3", new() { Sigma = 0.3, Random = new(7) }).Fit(training).Transform(set).Image!.Values,
            (a, b) => Math.Abs(a - b) < 1e-6);
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
        double[] noise =
            [.. noisy.Image!.Values.Zip(set.Image!.Values, (a, b) => (double)a - b),
                .. noisy.Text!.Values.Zip(set.Text!.Values, (a, b) => (double)a - b)];

        Assert.Equal(0, noise.Average(), 0.3 * 5 / Math.Sqrt(noise.Length));
        Assert.Equal(0.09, noise.Average(x => x * x), 0.09 * 5 * Math.Sqrt(2.0 / noise.Length));
        Assert.Throws<InputException>(() => new GaussianNoise(-0.1, new(1)));
    }

    [Fact]
    public void A_random_projection_keeps_cosines_roughly_and_padding_keeps_them_exactly()
    {
        var set = Sets.Random(6, 30, 2000, 500);
        EmbeddingSet Matched(string name) => new GapShift(new() { Widths = WidthMatch.Parse(name, new(1)), Renormalize = false })
            .Fit(TrainingSet.AllRowsAsPublished(set)).Transform(set);
        static double Cosine(EmbeddingMatrix m) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(m.Row(0), m.Row(1));

        Assert.Equal(Cosine(set.Image!), Cosine(Matched("random-projection").Image!), 0.15);
        Assert.Equal(Cosine(set.Text!), Cosine(Matched("zero-pad").Text!), 1e-6);
    }

    [Fact]
    public void The_README_names_every_aligner()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFolder.Find("src/EmbedKit/Alignment"), "README.md"));
        Assert.All(Aligners.Names, name => Assert.Contains($"| `{name}` |", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Bad_names_and_options_are_refused_with_what_is_allowed()
    {
        string Refusal(string name, AlignerOptions options) => Assert.Throws<InputException>(() => Aligners.Create(name, options)).Message;

        Assert.Contains("gap-shift, learned-lambda", Refusal("fly", new()), StringComparison.Ordinal);
        Assert.Contains("--lambda is missing", Refusal("gap-shift", new()), StringComparison.Ordinal);
        Assert.Contains("takes no --lambda", Refusal("coral", new() { Lambda = 1 }), StringComparison.Ordinal);
        Assert.Contains("--label", Refusal("learned-lambda", new()), StringComparison.Ordinal);
        Assert.Contains("sigma", Refusal("c3", new() { Sigma = -1 }), StringComparison.Ordinal);
        Assert.Contains(
            "interpolate, zero-pad", Assert.Throws<InputException>(() => WidthMatch.Parse("crop", new(0))).Message, StringComparison.Ordinal);
        var wide = TrainingSet.AllRowsAsPublished(Sets.Random(1, 4, 9, 4));
        Assert.Contains(
            "more than 4", Assert.Throws<InputException>(() => new GapShift(new() { Widths = WidthMatch.Parse("pca", new(0)) }).Fit(wide)).Message,
            StringComparison.Ordinal);
    }

    private static double[][] Rows(System.Text.Json.JsonElement rows) => [.. rows.EnumerateArray().Select(r => r.Doubles())];
}
