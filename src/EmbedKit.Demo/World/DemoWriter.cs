using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Demo.World;

/// <summary>Writes the demo world as files that go through the same code as real data: a folder a data set, with JPEG images, <c>labels.csv</c> and a
/// data card.</summary>
public static class DemoWriter
{
    /// <summary>Rows of the dermatoscopy set unless asked otherwise; the others follow in proportion (see <see cref="SizeOf"/>).</summary>
    public const int DefaultSize = 1400;

    /// <summary>Fewest rows of the dermatoscopy set: below, the rarest classes would miss a side of the split.</summary>
    public const int SmallestSize = 140;

    /// <summary>What stands on every figure and over every number of the demo world.</summary>
    public const string Provenance = "synthetic demo data";

    /// <summary>Counts up whenever the same seed would draw other bytes, so that an older unfinished folder is not continued.</summary>
    private const int WorldVersion = 3;

    private const int JpegQuality = 92;

    /// <summary>Rows of one data set: 1,400 dermatoscopy rows go with 900 fundus, 700 satellite and 800 general ones.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="size">Rows of the dermatoscopy set.</param>
    public static int SizeOf(DemoDataset dataset, int size) => dataset switch
    {
        DemoDataset.Dermatoscopy => size,
        DemoDataset.Fundus => 2 * (int)Math.Round(size * 450.0 / DefaultSize),
        DemoDataset.Satellite => (int)Math.Round(size * 700.0 / DefaultSize),
        _ => (int)Math.Round(size * 800.0 / DefaultSize),
    };

    /// <summary>Writes all four data sets; what an earlier, interrupted run with the same options finished is kept.</summary>
    /// <param name="folder">A new or empty folder, or one of the same run.</param>
    /// <param name="size">Rows of the dermatoscopy set.</param>
    /// <param name="streams">The run's random streams.</param>
    /// <param name="threads">Images drawn at a time; the bytes do not depend on it.</param>
    /// <param name="progress">Told about each image.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <returns>The labels files written, in the order of <see cref="DemoDataset"/>.</returns>
    /// <exception cref="InputException">The size is too small, or the folder holds something else.</exception>
    public static IReadOnlyList<string> Write(
        string folder, int size, RandomStreams streams, int threads = 1, IProgress<JobProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(streams);
        if (size is < SmallestSize or > 1_000_000)
        {
            throw new InputException($"demo size is {size}; expected {SmallestSize} to 1000000 rows of the dermatoscopy set.");
        }

        RunFolder.Claim(folder, "data demo", new(new Dictionary<string, string>
        {
            ["seed"] = streams.RootSeed.ToString(CultureInfo.InvariantCulture),
            ["size"] = size.ToString(CultureInfo.InvariantCulture),
            ["world"] = WorldVersion.ToString(CultureInfo.InvariantCulture),
        }));
        return [.. Enum.GetValues<DemoDataset>().Select(dataset => WriteDataset(folder, dataset, size, streams, threads, progress, cancellation))];
    }

    private static string WriteDataset(
        string folder, DemoDataset dataset, int size, RandomStreams streams, int threads, IProgress<JobProgress>? progress,
        CancellationToken cancellation)
    {
        var options = new DemoOptions { Size = SizeOf(dataset, size) };
        var target = Path.Combine(folder, dataset.Text());
        var images = Path.Combine(target, "images");
        Directory.CreateDirectory(images);
        var done = 0;
        Parallel.ForEach(
            DemoWorld.Draw(dataset, options, streams), new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, sample =>
        {
            var file = Path.Combine(images, sample.Id);
            if (!File.Exists(file))
            {
                AtomicFile.WriteOneOfMany(file, Encode(sample.Image));
            }

            progress?.Report(new($"{dataset.Text()} images", Interlocked.Increment(ref done), options.Size));
        });

        var table = DemoTable.Build(dataset, DemoWorld.Draw(dataset, options, streams), streams);
        var labels = Path.Combine(target, "labels.csv");
        FileGroup.Write([labels, Path.Combine(target, "README.md")], staged =>
        {
            table.Write(staged[0]);
            AtomicFile.WriteText(staged[1], DemoCard.Write(dataset, table, streams.RootSeed));
        });
        return labels;
    }

    /// <summary>JPEG bytes, the same on every run: fixed quality, full colour resolution, no metadata.</summary>
    private static byte[] Encode(RgbImage image)
    {
        using var picture = Image.NewFromMemory(image.Pixels, image.Width, image.Height, 3, Enums.BandFormat.Uchar);
        using var rgb = picture.Copy(interpretation: Enums.Interpretation.Srgb);
        return rgb.JpegsaveBuffer(q: JpegQuality, optimizeCoding: true, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.None);
    }
}
