using EmbedKit.Alignment;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Alignment;

public class GeometryTests
{
    [Fact]
    public void Stretching_equals_the_published_interpolation() =>
        Sets.AssertClose(
            GoldenValues.Matrix("interp_12_to_16_out.csv"), Stretch.ToWidth(Sets.Matrix(GoldenValues.Matrix("interp_12_in.csv")), 16), 1e-6);

    [Fact]
    public void A_row_of_one_coordinate_stretches_to_a_constant() => Assert.Equal([2f, 2, 2], Stretch.ToWidth(new(1, 1, [2]), 3).Values);

    [Fact]
    public void Normalising_equals_scikit_learn_and_refuses_its_zero_row()
    {
        var (input, golden) = (Sets.Matrix(GoldenValues.Matrix("normalize_in.csv")), Sets.Matrix(GoldenValues.Matrix("normalize_out.csv")));

        Sets.AssertClose(golden.Select([1]), Normalization.Normalize(input.Select([1]), ["b"], "test"), 1e-7);
        Assert.Contains(
            "row 'a'", Assert.Throws<InputException>(() => Normalization.Normalize(input, ["a", "b"], "test")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Principal_components_equal_scikit_learn(int components)
    {
        var golden = GoldenValues.Json($"pca_{components}.json");
        var rows = Sets.Matrix(GoldenValues.Matrix("pca_in.csv"));
        var pca = PrincipalComponents.Fit(rows, components);

        AssertClose(golden.GetProperty("mean").Doubles(), pca.Mean);
        AssertClose(golden.GetProperty("explained_variance").Doubles(), pca.ExplainedVariance);
        AssertClose(golden.GetProperty("explained_variance_ratio").Doubles(), pca.ExplainedVarianceRatio);
        AssertClose([.. golden.GetProperty("components").EnumerateArray().SelectMany(c => c.Doubles())], [.. pca.Components.SelectMany(c => c)]);
        AssertClose([.. GoldenValues.Matrix($"pca_{components}_transformed.csv").SelectMany(r => r)], [.. pca.Transform(rows).SelectMany(r => r)]);
    }

    [Fact]
    public void Principal_components_of_few_wide_rows_equal_those_of_the_covariance()
    {
        // Rows of width 12 in 40 coordinates: the same points, once with more rows than coordinates and once with fewer.
        var narrow = Sets.Random(3, 20, 12, 2).Image!;
        var wide = new EmbeddingMatrix(20, 40, [.. Enumerable.Range(0, 20).SelectMany(i => (float[])[.. narrow.Row(i), .. new float[28]])]);
        var (expected, actual) = (PrincipalComponents.Fit(narrow, 3), PrincipalComponents.Fit(wide, 3));

        AssertClose(expected.ExplainedVariance, actual.ExplainedVariance);
        AssertClose([.. expected.Transform(narrow).SelectMany(r => r)], [.. actual.Transform(wide).SelectMany(r => r)]);
    }

    [Fact]
    public void Gap_measures_equal_their_definitions()
    {
        var set = Sets.Random(5, 12, 6, 6);
        var gap = ModalityGap.Of(set);
        var unit = Normalization.Normalize(set);
        double[][] Rows(EmbeddingMatrix m) => [.. Enumerable.Range(0, 12).Select(i => m.Row(i).ToArray().Select(v => (double)v).ToArray())];
        var (image, text) = (Rows(unit.Image!), Rows(unit.Text!));
        double Cosine(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        var pairs = Enumerable.Range(0, 12).SelectMany(i => Enumerable.Range(0, 12).Select(j => (i, j))).ToArray();

        Assert.Equal(pairs.Where(p => p.i != p.j).Average(p => Cosine(image[p.i], image[p.j])), gap.MeanCosineWithinImage, 1e-6);
        Assert.Equal(pairs.Where(p => p.i != p.j).Average(p => Cosine(text[p.i], text[p.j])), gap.MeanCosineWithinText, 1e-6);
        Assert.Equal(pairs.Average(p => Cosine(image[p.i], text[p.j])), gap.MeanCosineBetween, 1e-6);
        Assert.Equal(Enumerable.Range(0, 12).Average(i => Cosine(image[i], text[i])), gap.MeanCosineOfPairs, 1e-6);
        Assert.Equal(Math.Sqrt(Enumerable.Range(0, 6).Sum(d => Math.Pow(image.Average(r => r[d]) - text.Average(r => r[d]), 2))), gap.Norm, 1e-6);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * Math.Max(1, Math.Abs(pair.First))));
    }
}
