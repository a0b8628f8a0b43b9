using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Images;

/// <summary>What a small file may cost.</summary>
public sealed class ImageBoundsTests
{
    private static byte[] Claim =>
        [.. "GIF89a"u8, 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 2, 0x4c, 1, 0,
            0x3b];

    public static TheoryData<bool, bool> TiffKinds => new() { { true, false }, { false, false }, { true, true }, { false, true } };

    /// <summary>14,000 × 14,000 are within the limit of pixels, and no such image has 35 bytes.</summary>
    [Theory]
    [InlineData(65_535)]
    [InlineData(14_000)]
    [InlineData(2_100)]
    public void A_gif_that_claims_to_be_a_giant_is_refused_by_its_header_alone(int side)
    {
        var gif = Claim;
        foreach (var at in (int[])[6, 8, 24, 26])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(at), (ushort)side);
        }

        var message = Refusal(gif);
        Assert.Contains($"{side}×{side} pixels in {gif.Length} bytes are {(long)side * side / gif.Length:N0} a byte", message);
        Assert.Contains("expected at most 11,000, or 4,000,000 in all", message);
        Assert.EndsWith("save it as PNG, or as TIFF without compression.", message);
    }

    [Theory]
    [MemberData(nameof(TiffKinds))]
    public void A_tiff_is_read_whole_and_refused_when_cut_anywhere(bool little, bool big)
    {
        var tiff = new TiffFiles(little, big).Write();
        var image = Decode(tiff);
        Assert.Equal((TiffFiles.Width, TiffFiles.Height), (image.Width, image.Height));
        Assert.DoesNotContain((byte)0, image.Pixels);
        Assert.All(
            [5, 9, 60, 200, tiff.Length / 2, tiff.Length - 1000, tiff.Length - 1],
            length => Assert.Contains("not a readable image", Refusal(tiff[..length]), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(TiffKinds))]
    public void A_tiff_whose_pixels_lie_elsewhere_is_refused(bool little, bool big)
    {
        var files = new TiffFiles(little, big);
        Assert.All<byte[]>(
            [
                files.Write((273, 4, 1, 1 << 30)),
                files.Write((273, 4, 1, uint.MaxValue)),
                files.Write((259, 3, 1, 5), (279, 4, 1, 1 << 30)),
                files.Write((273, 4, 1 << 30, 0)),
                files.Write((273, 4, uint.MaxValue, 8)),
                files.Write((322, 4, 1, 64), (323, 4, 1, 64), (324, 4, 1, 1 << 30), (325, 4, 1, 1 << 30)),
            ],
            file => Assert.Contains("not a readable image", Refusal(file), StringComparison.Ordinal));
    }

    [Fact]
    public void A_tiff_with_a_tag_of_sixty_megabytes_is_read_and_one_that_counts_it_twice_is_not()
    {
        const int Large = 60_000_000;
        byte[] Tagged(params int[] tags)
        {
            var files = new TiffFiles(true, false);
            var length = files.Write([.. tags.Select(t => (t, 7, (ulong)Large, 0UL))]).Length;
            return [.. files.Write([.. tags.Select(t => (t, 7, (ulong)Large, (ulong)length))]), .. new byte[Large]];
        }

        Assert.Equal(TiffFiles.Width, Decode(Tagged(65000)).Width);
        Assert.Contains("not a readable image", Refusal(Tagged(65000, 65001)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_jpeg_of_many_scans_is_refused()
    {
        var jpeg = File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", "progressive.jpg"));
        var scan = jpeg.AsSpan().LastIndexOf<byte>([0xff, 0xda]);
        byte[] many = [.. jpeg[..^2], .. Enumerable.Repeat(jpeg[scan..^2], 100).SelectMany(b => b), 0xff, 0xd9];
        Assert.Contains("more than 100 scans", Refusal(many), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tile_of_gigabytes_is_refused_before_it_is_allocated()
    {
        var file = new TiffFiles(true, false).Write((322, 4, 1, 1 << 20), (323, 4, 1, 1 << 20), (324, 4, 1, 300), (325, 4, 1, 100));
        Assert.Contains("needs", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tEXt")]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    [InlineData("iCCP")]
    [InlineData("prVt")]
    public void What_a_png_says_beside_its_pixels_costs_nothing(string type)
    {
        var plain = File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", "rgb.png"));
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 64; i++)
            {
                zlib.Write(new byte[1 << 20]);
            }
        }

        byte[] content = [.. "Comment\0\0"u8, .. packed.ToArray()];
        byte[] file = [.. plain[..33], .. Chunk(type, content), .. plain[33..]];
        Assert.Equal(plain, PngChunks.Essential(file));
        Assert.Equal(Decode(plain).Pixels, Decode(file).Pixels);
    }

    [Fact]
    public void Transparency_stays_and_a_cut_chunk_ends_the_looking()
    {
        byte[] png = [.. File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", "palette_transparent.png"))];
        Assert.Same(png, PngChunks.Essential(png));
        byte[] cut = [.. png[..33], .. Chunk("tEXt", new byte[9]), .. png[33..^20]];
        Assert.Equal(png[..^20], PngChunks.Essential(cut));
    }

    [Fact]
    public void Later_frames_of_a_gif_are_cut_off()
    {
        var gif = File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", "palette.gif"));
        var frame = gif.AsSpan().LastIndexOf<byte>([0x2c, 0, 0, 0, 0, 23, 0, 17, 0]);
        byte[] many = [.. gif[..^1], .. Enumerable.Repeat(gif[frame..^1], 1000).SelectMany(b => b), 0x3b];
        Assert.Equal(gif, GifFrame.FirstOpaque(many, out var covers, out var whole));
        Assert.True(covers && whole);
        Assert.Equal(Decode(gif).Pixels, Decode(many).Pixels);
        Assert.Contains("end early", Refusal(many[..^30]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("grey_alpha.png")]
    [InlineData("palette.gif")]
    [InlineData("lossless.webp")]
    [InlineData("cmyk.tif")]
    public void A_header_says_what_the_decoder_finds(string name)
    {
        var file = File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", name));
        var header = ImageHeader.Read(file, ImageHeader.FormatOf(file)!.Value)!.Value;
        Assert.Equal((23, 17), (header.Width, header.Height));
    }

    [Fact]
    public async Task Memory_that_others_hold_is_waited_for_and_what_never_fits_is_refused()
    {
        var memory = new ImageMemory(10);
        Assert.Contains("x needs", Assert.Throws<InputException>(() => memory.Take(11, "x")).Message, StringComparison.Ordinal);
        var first = memory.Take(6, "a");
        using (memory.Take(4, "b"))
        {
            var second = Task.Run(() => memory.Take(5, "c"), TestContext.Current.CancellationToken);
            Assert.False(second.IsCompleted);
            first.Dispose();
            first.Dispose();
            (await second).Dispose();
        }

        memory.Take(10, "d").Dispose();
    }

    [Fact]
    public async Task What_is_larger_than_all_threads_have_together_is_decoded_alone()
    {
        var memory = new ImageMemory(10, alone: 30);
        Assert.Contains("at most", Assert.Throws<InputException>(() => memory.Take(31, "x")).Message, StringComparison.Ordinal);
        var first = memory.Take(1, "a");
        var large = Task.Run(() => memory.Take(30, "b"), TestContext.Current.CancellationToken);
        Assert.False(large.IsCompleted);
        first.Dispose();
        using (await large)
        {
            var last = Task.Run(() => memory.Take(1, "c"), TestContext.Current.CancellationToken);
            Assert.False(last.IsCompleted);
            (await large).Dispose();
            (await last).Dispose();
        }
    }

    /// <summary>However many threads there are: images of the largest size that is read by default take turns.</summary>
    [Fact]
    public void Threads_together_take_no_more_for_pixels_than_one_image_of_the_largest_size()
    {
        Assert.InRange(ImageMemory.Pixels.Capacity, 1, 200_000_000L * 12);
        Assert.InRange(ImageMemory.Pixels.Capacity, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
    }

    [Fact]
    public void A_pipe_in_place_of_an_image_is_refused_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes with a path are Unix's.");
        var pipe = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        Process.Start("mkfifo", pipe).WaitForExit();
        try
        {
            Assert.Contains("pipe", Assert.Throws<InputException>(() => new ImageDecoder().Read(pipe)).Message, StringComparison.Ordinal);
            Assert.Contains("pipe", Assert.Throws<InputException>(() => ImageThumbnail.Jpeg(pipe)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(pipe);
        }
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        var chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), BadImageTests.Crc(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }

    private static RgbImage Decode(byte[] file) => new ImageDecoder().Decode(file, "image");

    private static string Refusal(byte[] file)
    {
        var message = Assert.Throws<InputException>(() => Decode(file)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
