using CsCheck;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Images.Jpeg;
using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Tests.Embedding.Images.Jpeg;

public sealed class BaselineJpegTests : IDisposable
{
    private static readonly ImageDecoder Decoder = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Gives_Pillows_bytes_at_odd_sizes_and_every_subsampling()
    {
        var expected = PillowReference.Run(["sizes", _folder.FullName]);
        var files = Directory.GetFiles(_folder.FullName, "*.jpg");
        Assert.Equal(48, files.Length);
        Assert.All(files, file =>
        {
            var image = BaselineJpeg.Decode(File.ReadAllBytes(file))!;
            var (name, golden) = (Path.GetFileName(file), expected.GetProperty(Path.GetFileName(file)));
            Assert.Equal((name, golden[0].GetInt32(), golden[1].GetInt32(), golden[2].GetString()), (name, image.Width, image.Height, PillowReference.Hash(image)));
        });
    }

    [Fact]
    public void Gives_libjpegs_bytes_of_the_real_photographs()
    {
        var files = Directory.GetFiles(Samples.Find("ham10000/images"), "*.jpg", SearchOption.AllDirectories);
        Assert.Equal(28, files.Length);
        Assert.All(files, file => AssertSame(File.ReadAllBytes(file)));
    }

    [Fact]
    public void Gives_libjpegs_bytes_with_restarts_at_every_quality() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 100], Gen.Bool, Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 9999]).Sample(
            (w, h, quality, halved, restart, noise, seed) => AssertSame(Encode(w, h, quality, halved, restart, noise, seed, grey: seed % 5 == 0)), iter: 150);

    [Fact]
    public void A_damaged_file_is_decoded_as_libjpeg_does_or_left_to_it()
    {
        var decoded = 0;
        Gen.Select(Gen.Int[0, 9999], Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Bool, Gen.Int[0, 3]).Sample(
            (seed, place, value, halved, restart) =>
            {
                var bytes = Encode(41, 33, 80, halved, restart, noise: true, seed, grey: false);
                bytes[2 + (place % (bytes.Length - 2))] = value;
                if (BaselineJpeg.Decode(bytes) is { } image)
                {
                    Interlocked.Increment(ref decoded);
                    Assert.Equal(Decoder.DecodeByVips(bytes, "damaged").Pixels, image.Pixels);
                }
            },
            iter: 400);
        Assert.True(decoded > 20, $"{decoded}"); // Most damage makes another picture, not a broken file.
    }

    [Fact]
    public void Every_cut_is_left_to_libjpeg()
    {
        var bytes = Encode(20, 20, 90, halved: false, restart: 2, noise: true, 1, grey: false);
        Assert.NotNull(BaselineJpeg.Decode(bytes));
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(BaselineJpeg.Decode(bytes.AsSpan(0, length))));
    }

    [Theory]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("rgb.png")]
    public void What_is_not_baseline_is_left_to_libjpeg(string name) =>
        Assert.Null(BaselineJpeg.Decode(File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", name))));

    [Fact]
    public void An_image_over_the_limit_is_left_alone() =>
        Assert.Null(BaselineJpeg.Decode(Encode(20, 20, 90, halved: false, 0, noise: true, 1, grey: false), mostPixels: 399));

    private static void AssertSame(byte[] bytes)
    {
        var (expected, actual) = (Decoder.DecodeByVips(bytes, "expected"), BaselineJpeg.Decode(bytes));
        Assert.NotNull(actual);
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.True(expected.Pixels.AsSpan().SequenceEqual(actual.Pixels));
    }

    private static byte[] Encode(int width, int height, int quality, bool halved, int restart, bool noise, int seed, bool grey)
    {
        var pixels = PillowReference.Pattern(width, height).Pixels;
        if (noise)
        {
            new Random(seed).NextBytes(pixels);
        }

        using var colour = Image.NewFromMemory(pixels, width, height, 3, Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        using var image = grey ? colour.ExtractBand(0).Copy(interpretation: Enums.Interpretation.Bw) : colour.Copy();
        return image.JpegsaveBuffer(
            q: quality, subsampleMode: halved ? Enums.ForeignSubsample.On : Enums.ForeignSubsample.Off, restartInterval: restart, optimizeCoding: seed % 2 == 0);
    }
}
