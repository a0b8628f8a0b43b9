using EmbedKit.Data;
using NetVips;

namespace EmbedKit.Benchmarks.Extraction;

/// <summary>A folder of distinct synthetic JPEG files, soft shapes under camera-like noise, with a labels file beside it.</summary>
internal sealed class GeneratedPhotographs
{
    private const int BaseSize = 2048;

    /// <summary>Draws the files.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="count">How many.</param>
    /// <param name="size">Width and height of a file by its number, at most 1024.</param>
    internal GeneratedPhotographs(string folder, int count, Func<int, (int Width, int Height)> size)
    {
        (Labels, Images) = (Path.Combine(folder, "labels.csv"), Directory.CreateDirectory(Path.Combine(folder, "images")).FullName);
        string[] ids = [.. Enumerable.Range(0, count).Select(i => $"{i:00000}.jpg")];
        using var pattern = Pattern();
        Parallel.For(0, count, i =>
        {
            var (width, height) = size(i);
            var (x, y) = (i * 7 % (BaseSize - width), i * 13 % (BaseSize - height));
            using var cut = pattern.ExtractArea(x, y, width, height);
            using var lighter = cut.Linear([1.0], [(double)(i / 97 % 40)]);
            using var image = lighter.Cast(Enums.BandFormat.Uchar);
            image.Jpegsave(Path.Combine(Images, ids[i]), q: 85);
        });
        new TextTable(
            ["image_id", "text", "label_class"],
            [ids, [.. ids.Select((_, i) => $"lesion {i} on the back of a patient of {i % 90}")], [.. ids.Select((_, i) => $"{i % 7}")]])
            .Write(Labels);
    }

    /// <summary>The labels file: distinct texts, seven classes.</summary>
    internal string Labels { get; }

    /// <summary>The folder of the files.</summary>
    internal string Images { get; }

    private static Image Pattern()
    {
        var bands = Enumerable.Range(0, 3).Select(band =>
        {
            using var soft = Image.Perlin(BaseSize, BaseSize, cellSize: 128, uchar: true, seed: band);
            using var noise = Image.Gaussnoise(BaseSize, BaseSize, sigma: 6, mean: 0, seed: band + 10);
            using var both = (soft * 0.6) + noise + 40;
            return both.Cast(Enums.BandFormat.Uchar);
        }).ToArray();
        using var joined = bands[0].Bandjoin(bands[1], bands[2]);
        return joined.CopyMemory();
    }
}
