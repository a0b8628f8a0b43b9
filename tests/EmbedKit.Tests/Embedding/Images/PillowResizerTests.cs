using System.Text.Json;
using CsCheck;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;

namespace EmbedKit.Tests.Embedding.Images;

public class PillowResizerTests
{
    private static readonly JsonSerializerOptions Lower = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public sealed record Case(int W, int H, int Ow, int Oh, int Filter);

    [Fact]
    public void Gives_the_pixels_Pillow_gave()
    {
        var cases = PillowReference.Golden.GetProperty("resize").EnumerateArray().ToArray();
        Assert.Equal(28, cases.Length);
        foreach (var golden in cases)
        {
            var size = golden.Deserialize<Case>(Lower)!;
            Assert.Equal((size, golden.GetProperty("hash").GetString()), (size, Hash(size)));
        }
    }

    [Fact]
    public void Gives_the_pixels_Pillow_gives_now_at_random_sizes()
    {
        var random = new EmbedKit.Runtime.SeededRandom(7);
        int Side() => random.Next(1, random.Next(2, 400));
        var cases = Enumerable.Range(0, 300).Select(i => new Case(Side(), Side(), Side(), Side(), i % 6))
            .Append(new(3000, 2000, 298, 224, 3)).Append(new(1, 6000, 4, 256, 3)).ToArray();
        var hashes = PillowReference.Run(["resize"], JsonSerializer.Serialize(cases, Lower)).Deserialize<string[]>()!;
        Assert.Equal(cases.Zip(hashes), cases.Select(c => (c, Hash(c))));
    }

    [Fact]
    public void A_window_holds_the_same_pixels_as_the_whole()
    {
        var side = Gen.Int[1, 60];
        Gen.Select(side, side, side, side, Gen.Int[0, 5], Gen.Double.Unit, Gen.Double.Unit).Sample(
            (w, h, ow, oh, filter, left, top) =>
            {
                var window = new PixelWindow((int)(left * ow), (int)(top * oh), ow - (int)(left * ow), oh - (int)(top * oh));
                var image = PillowReference.Pattern(w, h);
                var whole = PillowResizer.Resize(image, ow, oh, (ResizeFilter)filter);
                var part = PillowResizer.Resize(image, ow, oh, (ResizeFilter)filter, window);
                return Enumerable.Range(0, window.Height).All(y => part.Pixels.AsSpan(y * window.Width * 3, window.Width * 3)
                    .SequenceEqual(whole.Pixels.AsSpan((((window.Y + y) * ow) + window.X) * 3, window.Width * 3)));
            },
            iter: 500);
    }

    [Fact]
    public void Vector_instructions_and_single_values_give_the_same_bytes()
    {
        var side = Gen.Int[1, 150];
        Gen.Select(side, side, side, side, Gen.Int[1, 5], Gen.Int[0, 9999]).Sample(
            (w, h, ow, oh, filter, seed) =>
            {
                var pixels = new byte[w * h * 3];
                new Random(seed).NextBytes(pixels);
                var (image, whole) = (new RgbImage(w, h, pixels), new PixelWindow(0, 0, ow, oh));
                return PillowResizer.Resize(image, ow, oh, (ResizeFilter)filter, whole, vectors: true).Pixels
                    .SequenceEqual(PillowResizer.Resize(image, ow, oh, (ResizeFilter)filter, whole, vectors: false).Pixels);
            },
            iter: 300);
    }

    [Fact]
    public void A_tower_is_never_held_widened()
    {
        var tower = new RgbImage(2, 200_000, new byte[1_200_000]); // 224 × 200,000 RGB between the passes would be 134 MB.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.DoesNotContain(PillowResizer.Resize(tower, 224, 224).Pixels, value => value != 0);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000_000);
    }

    [Fact]
    public void A_window_outside_the_image_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => PillowResizer.Resize(new RgbImage(1, 1, [1, 2, 3]), 4, 4, window: new(2, 0, 3, 4)));

    private static string Hash(Case c) =>
        PillowReference.Hash(PillowResizer.Resize(PillowReference.Pattern(c.W, c.H), c.Ow, c.Oh, (ResizeFilter)c.Filter));
}
