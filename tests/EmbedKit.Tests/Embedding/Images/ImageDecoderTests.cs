using System.Buffers.Binary;
using System.Text.Json;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

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

    [Fact]
    public void Gives_Pillows_RGB_of_images_written_now()
    {
        foreach (var image in PillowReference.Run(["make", _folder.FullName]).EnumerateObject())
        {
            AssertSame(image.Value, Path.Combine(_folder.FullName, image.Name));
        }
    }

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
        using var grey = NetVips.Image.NewFromArray(new[] { 0, 255, 256, 65535 }).Cast(NetVips.Enums.BandFormat.Ushort).Copy(interpretation: NetVips.Enums.Interpretation.Grey16);
        var image = new ImageDecoder().Decode(grey.PngsaveBuffer(), "deep.png");
        Assert.Equal([0, 0, 1, 255], image.Pixels.Where((_, i) => i % 3 == 0));
    }

    [Theory]
    [InlineData("empty.jpg", 0, "zero bytes")]
    [InlineData("cut.jpg", 600, "not a readable image")]
    [InlineData("header.jpg", 20, "not a readable image")]
    public void A_cut_file_is_an_error_that_names_it(string name, int length, string expected)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", "rgb.jpg"))[..length]);
        var error = Assert.Throws<InputException>(() => new ImageDecoder().Read(path));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_cut_png_is_an_error()
    {
        var bytes = File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", "rgb.png"))[..500];
        Assert.Throws<InputException>(() => new ImageDecoder().Decode(bytes, "cut.png"));
    }

    [Theory]
    [InlineData("text.jpg", "this is no image, whatever its name says")]
    [InlineData("drawing.jpg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>")]
    public void What_is_no_photograph_is_refused(string name, string content)
    {
        var error = Assert.Throws<InputException>(() => new ImageDecoder().Decode(System.Text.Encoding.UTF8.GetBytes(content), name));
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it() =>
        Assert.Contains("nowhere.jpg", Assert.Throws<InputException>(() => new ImageDecoder().Read("nowhere.jpg")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_giant_is_refused_by_its_header_alone()
    {
        // A complete PNG whose header claims 60,000 × 60,000 pixels; decoding it would take 10 GB.
        var png = File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", "rgb.png"));
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        var error = Assert.Throws<InputException>(() => new ImageDecoder().Decode(png, "bomb.png"));
        Assert.Contains("60000×60000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pixel_limit_is_an_option()
    {
        var path = Path.Combine(PillowReference.Folder, "images", "rgb.png");
        Assert.Throws<InputException>(() => new ImageDecoder(new() { MaxPixels = (23 * 17) - 1 }).Read(path));
        Assert.Equal(23, new ImageDecoder(new() { MaxPixels = 23 * 17 }).Read(path).Width);
        Assert.Throws<InputException>(() => new ImageDecoder(new() { MaxPixels = 0 }));
    }

    private static void AssertSame(JsonElement expected, string path)
    {
        var image = new ImageDecoder().Read(path);
        Assert.Equal(
            (Path.GetFileName(path), expected[0].GetInt32(), expected[1].GetInt32(), expected[2].GetString()),
            (Path.GetFileName(path), image.Width, image.Height, PillowReference.Hash(image)));
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xffffffffu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320u : crc >> 1;
            }
        }

        return ~crc;
    }
}
