using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Benchmarks.Extraction;

/// <summary>
/// Resident memory of a process that embeds 10,000 distinct JPEG files (160×120 to 640×480) and texts into a Parquet file, sampled every 500
/// images: does it grow? <c>extraction-memory [RESULT.md]</c>.
/// </summary>
internal static class ExtractionMemory
{
    private const int Images = 10_000;
    private const int Step = 500;
    private const int WarmUp = 2_500;

    internal static int Run(string[] arguments)
    {
        if (arguments is ["child", var labels, var images, var model, var output])
        {
            Child(labels, images, model, output);
            return 0;
        }

        var folder = Directory.CreateTempSubdirectory("embedkit-memory-").FullName;
        try
        {
            var data = new GeneratedPhotographs(folder, Images, i => (160 + (i * 37 % 481), 120 + (i * 29 % 361)));
            var samples = Measure(
                ["child", data.Labels, data.Images, StandInEncoder.Write(Path.Combine(folder, "stand-in")), Path.Combine(folder, "out.parquet")]);
            var report = Report(samples);
            Console.Write(report);
            if (arguments is [var path])
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

    private static void Child(string labels, string images, string model, string output)
    {
        using var image = new OnnxImageEncoder(ModelFolder.Open(model));
        using var text = new OnnxTextEncoder(ModelFolder.Open("tiny-clip"));
        var clock = Stopwatch.StartNew();
        new ExtractionJob(image, text).RunTo(output, labels, images, new Sampler());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Images} {ResidentMemory.NowKiB} {ResidentMemory.PeakKiB}"));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Images / clock.Elapsed.TotalSeconds:0} rows/s"));
    }

    private static List<(int Images, double Resident, double Peak)> Measure(string[] arguments)
    {
        string[] all = [typeof(ExtractionMemory).Assembly.Location, "extraction-memory", .. arguments];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        return child.ExitCode != 0 ? throw new InvalidOperationException($"The child process ended with {child.ExitCode}.")
            : [.. lines.Select(l => l.Split(' ')).Select(f => (int.Parse(f[0], CultureInfo.InvariantCulture), Mebibytes(f[1]), Mebibytes(f[2])))];
    }

    private static string Report(List<(int Images, double Resident, double Peak)> samples)
    {
        var (machine, text) = (MachineDescription.Current(), new StringBuilder());
        text.Append(CultureInfo.InvariantCulture, $"""
            # Memory of the extraction job, {Images:N0} images

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- extraction-memory tests/EmbedKit.Benchmarks/results/extraction-memory.md
            ```

            {machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:0.0} GiB, {machine.OperatingSystem}; {string.Join(
                ", ", machine.Versions.Select(v => $"{v.Name} {v.Version}"))}.

            A process of its own embeds {Images:N0} distinct synthetic JPEG files of 160×120 to 640×480 with a stand-in encoder (224×224 in, 768 values
            out) and as many distinct texts with `tiny-clip` into one Parquet file, and notes its resident memory (VmRSS) every {Step} images.

            **Slope from image {WarmUp:N0} on: {Slope(
                [.. samples.SkipLast(1).Where(s => s.Images >= WarmUp)]):0.00} MB per 1,000 images** (least squares); bar: at most 1.
            Peak (VmHWM), the writing of the file included: {samples[^1].Peak:0} MiB.

            | images | resident, MiB |
            | ---: | ---: |

            """);
        foreach (var (images, resident, _) in samples.SkipLast(1))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {images:N0} | {resident:0.0} |");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| file written | {samples[^1].Resident:0.0} |");
        return text.ToString();
    }

    /// <summary>MB (10⁶ bytes) per 1,000 images.</summary>
    private static double Slope(List<(int Images, double Resident, double Peak)> samples)
    {
        var (x, y) = (samples.Average(s => s.Images / 1000.0), samples.Average(s => s.Resident));
        return samples.Sum(s => ((s.Images / 1000.0) - x) * (s.Resident - y)) / samples.Sum(s => Math.Pow((s.Images / 1000.0) - x, 2)) * 1.048576;
    }

    private static double Mebibytes(string kibibytes) => double.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024;

    private sealed class Sampler : IProgress<JobProgress>
    {
        private long _next = Step;

        public void Report(JobProgress value)
        {
            if (value.Done >= _next)
            {
                Console.WriteLine($"{_next} {ResidentMemory.NowKiB} {ResidentMemory.PeakKiB}");
                _next += Step;
            }
        }
    }
}
