using EmbedKit.Demo.World;
using EmbedKit.Embedding.Images;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using NetVips;

namespace EmbedKit.Tests.Protocols.Audit;

public sealed class NearDuplicatesTests
{
    private static readonly ImageDecoder Decoder = new();

    [Theory]
    [InlineData(DemoDataset.Dermatoscopy)]
    [InlineData(DemoDataset.Fundus)]
    [InlineData(DemoDataset.Satellite)]
    [InlineData(DemoDataset.General)]
    public void Copies_that_were_shrunk_brightened_and_saved_again_are_found_and_other_pictures_are_not(DemoDataset dataset)
    {
        var pictures = DemoWorld.Draw(dataset, new() { Size = 120 }, new RandomStreams(5)).Select(s => s.Image).ToArray();
        var prints = new List<ImageFingerprint?>();
        foreach (var picture in pictures)
        {
            using var image = Picture(picture.Pixels, picture.Width, picture.Height);
            using var copy = image.Resize(0.8).Linear([1.05], [3]).Cast(Enums.BandFormat.Uchar);
            prints.Add(Print(image, 92));
            prints.Add(Print(copy, 70));
        }

        prints.Add(null);
        var found = NearDuplicates.Find(prints.Count, prints, null, new RandomStreams(0), 2, TestContext.Current.CancellationToken);
        Assert.All(found.Pairs, p => Assert.Equal(p.First / 2, p.Second / 2));
        Assert.InRange(found.Pairs.Count, 118, 120);
        Assert.Equal(prints.Count - found.Pairs.Count, found.ClusterCount);
    }

    [Fact]
    public void Equal_files_are_exact_and_plain_surfaces_of_other_shades_are_not_alike()
    {
        var picture = DemoWorld.Draw(DemoDataset.General, new() { Size = 60 }, new RandomStreams(1)).First().Image;
        using var image = Picture(picture.Pixels, picture.Width, picture.Height);
        using var black = Picture(new byte[64 * 64 * 3], 64, 64);
        using var grey = Picture([.. Enumerable.Repeat((byte)90, 64 * 64 * 3)], 64, 64);
        var found = NearDuplicates.Find(
            4, [Print(image, 90), Print(black, 90), Print(image, 90), Print(grey, 90)], null, new RandomStreams(0), 1,
            TestContext.Current.CancellationToken);
        Assert.Equal(new DuplicatePair(0, 2, true, 1), Assert.Single(found.Pairs));
        Assert.Equal([0, 1, 0, 2], found.ClusterOfRow);
    }

    [Fact]
    public void Signatures_find_what_looking_at_every_pair_finds()
    {
        const int Rows = 4000, Width = 64;
        var random = new SeededRandom(3);
        var vectors = EmbeddingMatrix.Make(Rows, Width, (row, target) =>
        {
            var shared = new SeededRandom((ulong)(row % 3800));
            for (var i = 0; i < Width; i++)
            {
                target[i] = (float)(shared.NextGaussian() + (row >= 3800 ? 0.15 * random.NextGaussian() : 0));
            }

            var norm = System.Numerics.Tensors.TensorPrimitives.Norm<float>(target);
            System.Numerics.Tensors.TensorPrimitives.Divide(target, norm, target);
        });
        var exact = CosineNeighbours.Find(vectors, 0.97f, new RandomStreams(0), 2, TestContext.Current.CancellationToken);
        var bySignature = CosineNeighbours.BySignature(vectors, 0.97f, new RandomStreams(0), 2, TestContext.Current.CancellationToken);
        Assert.InRange(exact.Count, 180, 200);
        Assert.InRange(bySignature.Count, exact.Count - 1, exact.Count);
        Assert.Empty(bySignature.Select(p => (p.First, p.Second)).Except(exact.Select(p => (p.First, p.Second))));
    }

    [Fact]
    public void Thousands_of_equal_rows_make_one_cluster()
    {
        var rows = EmbeddingMatrix.Make(3000, 8, (row, target) => target[row < 2500 ? 0 : 1 + (row % 7)] = 1 + row);
        var found = NearDuplicates.Find(3000, null, rows, new RandomStreams(0), 2, TestContext.Current.CancellationToken);
        Assert.Equal(8, found.ClusterCount);
        Assert.True(found.Pairs.Count < 64 * 3000);
    }

    private static Image Picture(byte[] pixels, int width, int height)
    {
        using var raw = Image.NewFromMemory(pixels, width, height, 3, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static ImageFingerprint Print(Image image, int quality) => ImageFingerprint.Of(image.JpegsaveBuffer(q: quality), "test.jpg", Decoder);
}
