using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Images;

public sealed class ImageFuzzTests
{
    private const int Rounds = 400;

    /// <summary>Damaged files are decoded or refused in one line; nothing else happens, and what is decoded has the size its header says.</summary>
    [Theory]
    [InlineData("rgb.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("rgba.png")]
    [InlineData("palette_transparent.png")]
    [InlineData("palette.gif")]
    [InlineData("rgb.tif")]
    [InlineData("lossless.webp")]
    public void Damaged_files_are_read_or_refused(string name)
    {
        var whole = File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", name));
        var decoder = new ImageDecoder(new() { MaxPixels = 1_000_000 });
        var refused = Fuzz.Refused(typeof(InputException), Fuzz.Mutations(whole, seed: 9, Rounds), file =>
        {
            var image = decoder.Decode(file, name);
            Assert.Equal(3L * image.Width * image.Height, image.Pixels.LongLength);
            _ = decoder.DecodeSmall(file, name, 16, 16);
        });
        Assert.InRange(refused, 1, Rounds);
    }
}
