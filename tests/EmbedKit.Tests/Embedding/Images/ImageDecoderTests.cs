using System.Text.Json;
using EmbedKit.Embedding.Images;

namespace EmbedKit.Tests.Embedding.Images;

public sealed class ImageDecoderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public static IEnumerable<TheoryDataRow<string>> GoldenImages =>
        PillowReference.Golden.GetProperty("images").EnumerateObject().Select(p => new TheoryDataRow<string>(p.Name));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(GoldenImages))]
    public void Gives_Pillows_RGB_of_every_mode(string name) =>
        AssertSame(PillowReference.Golden.GetProperty("images").GetProperty(name), Path.Combine(PillowReference.Folder, "images", name));

    [Theory]
    [InlineData("make")]
    [InlineData("modes")]
    [InlineData("turned")]
    [InlineData("sizes")]
    public void Gives_Pillows_RGB_of_images_written_now(string verb) => Assert.All(
        PillowReference.Run([verb, _folder.FullName]).EnumerateObject(),
        image => AssertSame(image.Value, Path.Combine(_folder.FullName, image.Name)));

    [Fact]
    public void Gives_Pillows_RGB_of_the_real_photographs()
    {
        var files = Directory.GetFiles(Samples.Find("ham10000/images"), "*.jpg", SearchOption.AllDirectories);
        var expected = PillowReference.Run(["decode", .. files]);
        Assert.Equal(28, files.Length);
        Assert.All(files, file => AssertSame(expected.GetProperty(Path.GetFileName(file)), file));
    }

    [Fact]
    public void EXIF_rotation_happens_only_when_asked()
    {
        var path = Path.Combine(PillowReference.Folder, "images", "rotated.jpg");
        var (stored, upright) = (new ImageDecoder().Read(path), new ImageDecoder(new() { ApplyExifOrientation = true }).Read(path));
        Assert.Equal((23, 17), (stored.Width, stored.Height));
        Assert.Equal((17, 23), (upright.Width, upright.Height));
        Assert.Equal(stored.Pixels[..3], upright.Pixels[(16 * 3)..(17 * 3)]); // a quarter turn clockwise: the first pixel ends top right
    }

    [Fact]
    public void Sixteen_bits_are_scaled_to_eight()
    {
        using var grey = NetVips.Image.NewFromArray(new[] { 0, 255, 256, 65535 }).Cast(NetVips.Enums.BandFormat.Ushort)
            .Copy(interpretation: NetVips.Enums.Interpretation.Grey16);
        var image = new ImageDecoder().Decode(grey.PngsaveBuffer(), "deep.png");
        Assert.Equal([0, 0, 1, 255], image.Pixels.Where((_, i) => i % 3 == 0));
    }

    private static void AssertSame(JsonElement expected, string path)
    {
        var image = new ImageDecoder().Read(path);
        Assert.Equal(
            (Path.GetFileName(path), expected[0].GetInt32(), expected[1].GetInt32(), expected[2].GetString()),
            (Path.GetFileName(path), image.Width, image.Height, PillowReference.Hash(image)));
    }
}
