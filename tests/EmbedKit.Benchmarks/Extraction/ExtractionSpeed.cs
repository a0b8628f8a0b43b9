using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Benchmarks.Extraction;

/// <summary>
/// Images a second of the extraction job from JPEG files (600×450) to a Parquet file, beside those of decoding alone and of the model alone on
/// the same cores: <c>extraction-speed MODEL [RESULT.md]</c>. The three are measured in turn, five times.
/// </summary>
internal static class ExtractionSpeed
{
    private const int Rounds = 5;
    private static readonly int Threads = Environment.ProcessorCount;

    internal static int Run(string[] arguments)
    {
        if (arguments is not [var model, ..])
        {
            Console.Error.WriteLine("extraction-speed: expected a model folder or name, e.g. tiny-dino.");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("embedkit-speed-").FullName;
        try
        {
            using var encoder = new OnnxImageEncoder(ModelFolder.Open(model));
            using var wide = new OnnxImageEncoder(ModelFolder.Open(model), new() { Threads = Threads });
            var images = Calibrate(encoder);
            var data = new GeneratedPhotographs(folder, images, _ => (600, 450));
            var files = Directory.GetFiles(data.Images).Order(StringComparer.Ordinal).ToArray();
            var pixels = Prepared(encoder, files);
            var rounds = new List<(double Decode, double Model, double Wide, double Job)>();
            for (var round = -1; round < Rounds; round++)
            {
                var measured =
                    (Decode(encoder, files), Infer(encoder, pixels, images, Threads), Infer(wide, pixels, images, 1),
                        Job(encoder, data, folder, images));
                if (round >= 0)
                {
                    rounds.Add(measured);
                }
            }

            var report = Report(encoder, images, rounds);
            Console.Write(report);
            if (arguments is [_, var path])
            {
                AtomicFile.WriteText(path, report);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As many images as take some five seconds, in whole batches for each thread.</summary>
    private static int Calibrate(OnnxImageEncoder encoder)
    {
        var pixels = new float[BatchSize * encoder.Preprocessor.Length];
        encoder.Encode(pixels, BatchSize);
        var clock = Stopwatch.StartNew();
        encoder.Encode(pixels, BatchSize);
        var unit = BatchSize * Threads;
        return Math.Clamp((int)(5 / ((clock.Elapsed.TotalSeconds / BatchSize / Threads) + 0.002)) / unit, 4, 4096 / unit) * unit;
    }

    /// <summary>The job's own default on the CPU.</summary>
    private const int BatchSize = 8;

    private static float[] Prepared(OnnxImageEncoder encoder, string[] files)
    {
        var (decoder, count) = (new ImageDecoder(), Math.Min(files.Length, 4 * BatchSize));
        var pixels = new float[count * encoder.Preprocessor.Length];
        for (var i = 0; i < count; i++)
        {
            encoder.Preprocessor.Process(decoder.Read(files[i]), pixels.AsSpan(i * encoder.Preprocessor.Length, encoder.Preprocessor.Length));
        }

        return pixels;
    }

    /// <summary>Reading, decoding and preparing, nothing else; repeated until it has taken two seconds, or for 1,024 files.</summary>
    private static double Decode(OnnxImageEncoder encoder, string[] files)
    {
        var decoder = new ImageDecoder();
        return Rate(Threads, TimeSpan.FromSeconds(2), Math.Min(files.Length, 1024), () =>
        {
            var values = new float[encoder.Preprocessor.Length];
            return i =>
            {
                encoder.Preprocessor.Process(decoder.Read(files[i % files.Length]), values);
                return 1;
            };
        });
    }

    private static double Infer(OnnxImageEncoder encoder, float[] pixels, int images, int runs) => Rate(runs, TimeSpan.Zero, images / BatchSize, () =>
    {
        var length = BatchSize * encoder.Preprocessor.Length;
        var batch = new float[length];
        return i =>
        {
            pixels.AsSpan(i * length % pixels.Length, length).CopyTo(batch);
            encoder.Encode(batch, BatchSize);
            return BatchSize;
        };
    });

    private static double Job(OnnxImageEncoder encoder, GeneratedPhotographs data, string folder, int images)
    {
        var clock = Stopwatch.StartNew();
        new ExtractionJob(encoder, null).RunTo(Path.Combine(folder, "out.parquet"), data.Labels, data.Images);
        return images / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Units a second of work shared by some threads.</summary>
    private static double Rate(int threads, TimeSpan atLeast, int count, Func<Func<int, int>> worker)
    {
        var (next, done) = (-1, 0);
        var clock = Stopwatch.StartNew();
        Task.WaitAll([.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var work = worker();
                while (Interlocked.Increment(ref next) is var i && (i < count || clock.Elapsed < atLeast))
                {
                    Interlocked.Add(ref done, work(i));
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        return done / clock.Elapsed.TotalSeconds;
    }

    private static string Report(OnnxImageEncoder encoder, int images, List<(double Decode, double Model, double Wide, double Job)> rounds)
    {
        var machine = MachineDescription.Current();
        var text = new StringBuilder();
        double Bound((double Decode, double Model, double Wide, double Job) r) => 1 / ((1 / r.Decode) + (1 / Math.Max(r.Model, r.Wide)));
        text.Append(CultureInfo.InvariantCulture, $"""
            # Speed of the extraction job, {encoder.Folder.Name}

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- extraction-speed {encoder.Folder.Name} tests/EmbedKit.Benchmarks/results/extraction-speed-{encoder.Folder.Name}.md
            ```

            {machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:0.0} GiB, {machine.OperatingSystem}; {string.Join(
                ", ", machine.Versions.Select(v => $"{v.Name} {v.Version}"))}.

            {images:N0} synthetic JPEG files of 600×450, {encoder.Precision.Name()}, batch {BatchSize}, {Threads} threads. Five rounds, each measuring all in turn:
            reading, decoding and preparing alone; the model alone, as {Threads} runs of one thread and as one run of {Threads}; the job from files to Parquet.
            The bound is what both could do one after the other on the same cores: 1/(1/decode + 1/model), with the faster of the two models.

            | round | decode, images/s | model, {Threads} × 1 thread | model, 1 × {Threads} threads | job | job : bound |
            | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        for (var i = 0; i < rounds.Count; i++)
        {
            var r = rounds[i];
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {i + 1} | {r.Decode:0.0} | {r.Model:0.0} | {r.Wide:0.0} | {r.Job:0.0} | {r.Job / Bound(r):0.000} |");
        }

        var ratios = rounds.Select(r => r.Job / Bound(r)).Order().ToList();
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n**Job : bound {ratios[ratios.Count / 2]:0.00}** (median; {ratios[0]:0.00} to {ratios[^1]:0.00}); bar: at least 0.90.\n");
        return text.ToString();
    }
}
