using System.Globalization;
using System.Security.Cryptography;
using EmbedKit.Benchmarking;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Benchmarks.Preprocessing;

/// <summary>
/// From a JPEG file to the 3×224×224 floats that DINOv2 reads, by this kit and by Pillow with NumPy, one thread each, image by image in turn:
/// <c>preprocessing [ROUNDS [REPORT]]</c>. Every pair of 8-bit crops must be equal, or there is no report.
/// </summary>
internal static class PreprocessingComparison
{
    private const int WarmUpRounds = 10;

    private static readonly PreprocessorConfig Config = new()
    {
        ShortestEdge = 256,
        CropSize = (224, 224),
        Mean = [0.485, 0.456, 0.406],
        StandardDeviation = [0.229, 0.224, 0.225],
    };

    internal static int Run(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 40;
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (files, what) = Images(folder.FullName);
            var report = Compare(files, rounds, what);
            Console.Write(report);
            if (arguments.Length > 1)
            {
                AtomicFile.WriteText(arguments[1], report);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static string Compare(string[] files, int rounds, string what)
    {
        using var peer = new PillowPeer();
        var (decoder, preprocessor) = (new ImageDecoder(), new ImagePreprocessor(Config));
        var values = new float[preprocessor.Length];
        var (ours, theirs) = (new StageTimes(files.Length), new StageTimes(files.Length));
        for (var round = 0; round < rounds + WarmUpRounds; round++)
        {
            for (var i = 0; i < files.Length; i++)
            {
                var (wall, cpu, hash) = peer.Run(files[i]);
                var (myWall, myCpu, myHash) = Ours(files[i], decoder, preprocessor, values);
                if (hash != myHash)
                {
                    throw new InvalidOperationException($"{files[i]}: the crops differ; expected the same bytes.");
                }

                if (round >= WarmUpRounds)
                {
                    theirs.Add(i, wall, cpu);
                    ours.Add(i, myWall, myCpu);
                }
            }
        }

        return PreprocessingReport.Write(ours, theirs, rounds, what, peer.Versions, MachineDescription.Current());
    }

    private static (double[] Wall, double[] Cpu, string Hash) Ours(string file, ImageDecoder decoder, ImagePreprocessor preprocessor, float[] values)
    {
        var start = ProcessClock.Now();
        var image = decoder.Read(file);
        var decoded = ProcessClock.Now();
        var crop = preprocessor.ResizeAndCrop(image);
        var resized = ProcessClock.Now();
        preprocessor.Normalize(crop, values);
        var end = ProcessClock.Now();
        return (
            [decoded.Wall - start.Wall, resized.Wall - decoded.Wall, end.Wall - resized.Wall],
            [decoded.Cpu - start.Cpu, resized.Cpu - decoded.Cpu, end.Cpu - resized.Cpu],
            Convert.ToHexStringLower(SHA256.HashData(crop.Pixels)));
    }

    /// <summary>The real photographs in shared/ beside the clone, or else drawn ones of their size.</summary>
    private static (string[] Files, string What) Images(string folder)
    {
        var real = Path.Combine(RepositoryFolder.Find("data"), "..", "..", "shared", "samples", "ham10000", "images");
        if (Directory.Exists(real))
        {
            string[] files = [.. Directory.GetFiles(real, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            return (files, $"{files.Length} HAM10000 photographs, 600×450, {files.Average(f => new FileInfo(f).Length) / 1024:0} KiB on average");
        }

        var random = new SeededRandom(1);
        string[] drawn = [.. Enumerable.Range(0, 28).Select(i => Path.Combine(folder, $"{i}.jpg"))];
        foreach (var file in drawn)
        {
            var pixels = new byte[600 * 450 * 3];
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)Math.Clamp(
                    128 + (60 * Math.Sin(i / 3 % 600 / 37.0)) + (40 * Math.Cos(i / 1800 / 23.0)) + (8 * random.NextGaussian()), 0, 255);
            }

            using var image = Image.NewFromMemory(pixels, 600, 450, 3, Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
            image.Jpegsave(file, q: 97, subsampleMode: Enums.ForeignSubsample.Off);
        }

        return (drawn, $"{drawn.Length} drawn images, 600×450, {drawn.Average(f => new FileInfo(f).Length) / 1024:0} KiB on average");
    }
}
