using CsCheck;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Alignment;

/// <summary>Embedding sets for tests: from golden matrices, and random ones with a gap.</summary>
internal static class Sets
{
    internal static readonly Gen<EmbeddingSet> Any =
        from rows in Gen.Int[4, 20]
        from image in Gen.Int[2, 8]
        from text in Gen.Int[2, 8]
        from seed in Gen.ULong
        select Random(seed, rows, image, text);

    internal static EmbeddingSet Of(double[][] image, double[][] text) => new(Table(image.Length), Matrix(image), Matrix(text));

    internal static EmbeddingMatrix Matrix(double[][] rows) => new(rows.Length, rows[0].Length, [.. rows.SelectMany(r => r).Select(v => (float)v)]);

    internal static EmbeddingSet Random(ulong seed, int rows, int image, int text)
    {
        var random = new SeededRandom(seed);
        double[][] Rows(int width, double offset) =>
            [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, width).Select(_ => offset + random.NextGaussian()).ToArray())];
        return Of(Rows(image, 0.7), Rows(text, -0.3));
    }

    internal static void AssertClose(double[][] expected, EmbeddingMatrix actual, double tolerance) =>
        AssertClose(Matrix(expected), actual, tolerance);

    internal static void AssertClose(EmbeddingMatrix expected, EmbeddingMatrix actual, double tolerance)
    {
        Assert.Equal((expected.Rows, expected.Dimension), (actual.Rows, actual.Dimension));
        Assert.True(expected.Values.Zip(actual.Values, (e, a) => Math.Abs((double)e - a)).Max() <= tolerance);
    }

    private static TextTable Table(int rows) => new(["image_id"], [[.. Enumerable.Range(0, rows).Select(i => $"row{i}")]]);
}
