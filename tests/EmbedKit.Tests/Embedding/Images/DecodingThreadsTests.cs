using EmbedKit.Embedding.Images;
using EmbedKit.Tests.Fusion;

namespace EmbedKit.Tests.Embedding.Images;

[Collection(Alone.Name)]
public sealed class DecodingThreadsTests
{
    /// <summary>An extraction has as many decoding threads as it was told: libvips must not add its own to them.</summary>
    [Fact]
    public void An_image_is_decoded_on_the_thread_that_asks()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Threads are counted as Linux lists them.");
        var decoder = new ImageDecoder();
        string[] names = ["rgb.jpg", "progressive.jpg", "rgba.png", "rgb.tif"];
        byte[][] files = Array.ConvertAll(names, name => File.ReadAllBytes(Path.Combine(PillowReference.Folder, "images", name)));
        var before = Workers();
        Thread[] callers = [.. files.Select(file => new Thread(() => decoder.Decode(file, "image")))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        Assert.Empty(Workers().Except(before));
    }

    /// <summary>Threads of libvips's pool by their numbers; idle ones stay for some seconds, and none is there at first.</summary>
    private static string[] Workers() =>
    [
        .. Directory.GetDirectories("/proc/self/task")
            .Where(task => File.ReadAllText(task + "/comm").StartsWith("libvips worker", StringComparison.Ordinal)),
    ];
}
