using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;

namespace EmbedKit.Benchmarks.Preprocessing;

/// <summary>The comparison as Markdown.</summary>
internal static class PreprocessingReport
{
    internal static string Write(StageTimes ours, StageTimes theirs, string what, string peer, MachineDescription machine)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Preprocessing beside Pillow

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- preprocessing {ours.Count / 28} tests/EmbedKit.Benchmarks/results/preprocessing.md
            ```

            {what}; each read from its file (in the page cache), decoded to RGB, its shorter side resized to 256 (bicubic), the centre 224×224 cropped, and
            made 3×224×224 float32 with mean and deviation. One thread each; the two sides take turns image by image; {ours.Count} samples of each after
            warm-up; every pair of 8-bit crops was equal. Median milliseconds; CPU is user and system time of the process.

            {machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:0.0} GiB, {machine.OperatingSystem}, load {Load()} at the end. Ours: {string.Join(", ", machine.Versions.Where(v => v.Name is "EmbedKit" or ".NET").Select(v => $"{v.Name} {v.Version}"))}.
            Theirs: {peer}.

            | stage | Pillow, wall | ours, wall | ratio | Pillow, CPU | ours, CPU | ratio |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: |
            """);
        for (var i = 0; i < StageTimes.Names.Length; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {StageTimes.Names[i]} | {theirs.Wall(i):0.000} | {ours.Wall(i):0.000} | {ours.Wall(i) / theirs.Wall(i):0.00} | {theirs.Cpu(i):0.000} | {ours.Cpu(i):0.000} | {ours.Cpu(i) / theirs.Cpu(i):0.00} |");
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Wall time of all stages, first and last decile: Pillow {theirs.Spread.Low:0.00} to {theirs.Spread.High:0.00}, ours {ours.Spread.Low:0.00} to {ours.Spread.High:0.00}.");
        return text.ToString();
    }

    /// <summary>Programs running or waiting in the last minute: 1 is this measurement alone.</summary>
    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
