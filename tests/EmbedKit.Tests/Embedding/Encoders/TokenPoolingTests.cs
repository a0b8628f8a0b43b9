using CsCheck;
using EmbedKit.Embedding.Encoders;

namespace EmbedKit.Tests.Embedding.Encoders;

public sealed class TokenPoolingTests
{
    private static readonly Gen<(int Rows, int Tokens, int Width, int Seed)> Sizes = Gen.Select(Gen.Int[1, 4], Gen.Int[1, 7], Gen.Int[1, 5], Gen.Int);

    [Fact]
    public void Pooling_equals_its_definition_whichever_side_the_padding_is() => Sizes.Sample(s =>
    {
        var random = new Random(s.Seed);
        var values = Enumerable.Range(0, s.Rows * s.Tokens * s.Width).Select(_ => (float)random.NextDouble()).ToArray();
        var kept = Enumerable.Range(0, s.Rows).Select(_ => random.Next(1, s.Tokens + 1)).ToArray();
        foreach (var left in new[] { false, true })
        {
            int[] Inside(int row) => [.. Enumerable.Range(left ? s.Tokens - kept[row] : 0, kept[row])];
            var mask = Enumerable.Range(0, s.Rows).SelectMany(row => Enumerable.Range(0, s.Tokens).Select(at => Inside(row).Contains(at) ? 1L : 0L))
                .ToArray();
            float At(int row, int at, int i) => values[(((row * s.Tokens) + at) * s.Width) + i];
            float[] Each(Func<int, int, double> value) =>
                [.. Enumerable.Range(0, s.Rows * s.Width).Select(i => (float)value(i / s.Width, i % s.Width))];
            Assert.Equal(Each((row, i) => Inside(row).Average(at => (double)At(row, at, i))), TokenPooling.Mean(values, mask, s.Tokens, s.Width));
            Assert.Equal(Each((row, i) => At(row, Inside(row)[^1], i)), TokenPooling.Last(values, mask, s.Tokens, s.Width));
            Assert.Equal(Each((row, i) => At(row, 0, i)), TokenPooling.First(values, s.Tokens, s.Width));
        }
    });
}
