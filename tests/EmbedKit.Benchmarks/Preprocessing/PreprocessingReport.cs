using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;

namespace EmbedKit.Benchmarks.Preprocessing;

/// <summary>The comparison as Markdown.</summary>
internal static class PreprocessingReport
{
    internal static string Write(StageTimes ours, StageTimes theirs, int rounds, string what, string peer, MachineDescription machine)
    {
        var text = new StringBuilder();
        var own = string.Join(", ", machine.Versions.Where(v => v.Name is "EmbedKit" or ".NET").Select(v => $"{v.Name} {v.Version}"));
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Preprocessing beside Pillow

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- preprocessing {rounds} tests/EmbedKit.Benchmarks/results/preprocessing.md
            ```

            {what}; each read from its file (in the page cache), decoded to RGB, its shorter side resized to 256 (bicubic), the centre 224×224 cropped, and
            made 3×224×224 float32 with mean and deviation. One thread each; the two sides take turns image by image; of each image the
            shortest of {rounds} rounds after warm-up counts; every pair of 8-bit crops was equal. Milliseconds, mean over images; CPU is user and
            system time of the process.

            {machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:0.0} GiB, {machine.OperatingSystem}, load {Load()} at the end.
            Ours: {own}. Theirs: {peer}.

            | stage | Pillow, wall | ours, wall | ratio | Pillow, CPU | ours, CPU | ratio |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: |
            """);
        for (var i = 0; i < StageTimes.Names.Length; i++)
        {
            var (theirWall, wall, theirCpu, cpu) = (theirs.Wall(i), ours.Wall(i), theirs.Cpu(i), ours.Cpu(i));
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {StageTimes.Names[i]} | {theirWall:0.000} | {wall:0.000} | {wall / theirWall:0.00} | {theirCpu:0.000} | {cpu:0.000} | "
                    + $"{cpu / theirCpu:0.00} |");
        }

        return text.ToString();
    }

    /// <summary>Programs running or waiting in the last minute: 1 is this measurement alone.</summary>
    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
