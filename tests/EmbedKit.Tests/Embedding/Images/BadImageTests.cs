using System.Buffers.Binary;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Images;

public sealed class BadImageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("empty.jpg", 0, "empty file")]
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

    [Theory]
    [InlineData("rgb.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("rgb.png")]
    [InlineData("palette.gif")]
    [InlineData("rgb.tif")]
    [InlineData("lossless.webp")]
    public void A_file_cut_anywhere_is_an_error(string name)
    {
        var bytes = Golden(name);
        Assert.All(
            [1, 4, 11, 60, bytes.Length / 2, bytes.Length * 3 / 4, bytes.Length - 20],
            length => Assert.Throws<InputException>(() => new ImageDecoder().Decode(bytes[..length], name)));
    }

    [Fact]
    public void A_png_named_jpg_is_read_by_its_content()
    {
        var path = Path.Combine(_folder.FullName, "picture.jpg");
        File.WriteAllBytes(path, Golden("rgb.png"));
        Assert.Equal(new ImageDecoder().Decode(Golden("rgb.png"), "rgb.png").Pixels, new ImageDecoder().Read(path).Pixels);
    }

    [Fact]
    public void A_jpeg_that_claims_to_be_a_giant_is_refused_by_its_header_alone()
    {
        var jpeg = Golden("rgb.jpg");
        var frame = jpeg.AsSpan().IndexOf<byte>([0xff, 0xc0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 65_500);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 65_500);
        Assert.Contains(
            "65500×65500", Assert.Throws<InputException>(() => new ImageDecoder().Decode(jpeg, "bomb.jpg")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_png_with_next_to_no_data_is_an_error() =>
        Assert.Throws<InputException>(() => new ImageDecoder().Decode(Claiming(9_000, 9_000), "hollow.png"));

    [Fact]
    public void A_gif_whose_first_frame_is_a_part_is_refused()
    {
        var gif = Golden("palette.gif");
        gif[6]++; // The screen is now one pixel wider than its frame.
        Assert.Contains(
            "only a part", Assert.Throws<InputException>(() => new ImageDecoder().Decode(gif, "part.gif")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text.jpg", "this is no image, whatever its name says")]
    [InlineData("bitmap.bmp", "BM\u001a\0\0\0\0\0\0\0\u001a\0\0\0\u000c\0\0\0\u0001\0\u0001\0\u0001\0\u0018\0\0\0\0\0")]
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
        var error = Assert.Throws<InputException>(() => new ImageDecoder().Decode(Claiming(60_000, 60_000), "bomb.png"));
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

    private static byte[] Golden(string name) => File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", name));

    /// <summary>A complete PNG of 23×17 pixels whose header, checksum included, claims another size.</summary>
    private static byte[] Claiming(uint width, uint height)
    {
        var png = Golden("rgb.png");
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    internal static uint Crc(ReadOnlySpan<byte> bytes)
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
