using System.Globalization;
using System.Text.Json;
using EmbedKit.Benchmarks.Inference;
using EmbedKit.Benchmarks.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Benchmarks.Growth;

/// <summary>
/// How time and memory grow: one training epoch over more and more rows from disk, and a sweep of more and more models:
/// <c>growth [--rows 10000,100000,1000000] [--models 6,42,84] [--epochs N] [--folder DIR] [--out FILE]</c>.
/// </summary>
internal static class GrowthCurve
{
    private const int Width = 512;
    private const int SweepRows = 8012;
    private const double LargestSpread = 0.35;

    internal static int Run(string[] arguments)
    {
        int[] List(string name, string missing) =>
            [.. arguments.Option(name, missing).Split(',').Select(v => int.Parse(v, CultureInfo.InvariantCulture))];
        var (rows, models, epochs) = (List("rows", "10000,100000,1000000"), List("models", "6,42,84"), arguments.Option("epochs", 5));
        var folder = Directory.CreateDirectory(arguments.Option("folder", Path.Combine(Path.GetTempPath(), "embedkit-growth"))).FullName;
        var byRows = rows.Select(count => (Count: count, File: Path.Combine(folder, $"half-{count}.parquet"))).Select(point =>
        {
            if (!File.Exists(point.File))
            {
                ChildProcess.Ours("growth-contestant", "write", point.File, $"{point.Count}", $"{Width}");
            }

            return (point.Count, new FileInfo(point.File).Length, Run: ChildProcess.Ours("growth-contestant", "rows", point.File));
        }).ToArray();
        SweepComparison.WriteRows(folder, SweepRows, SweepRows / 4, Width, Width);
        var byModels =
            models.Select(count => (Count: count, Run: ChildProcess.Ours("sweep-contestant", "grid", folder, $"{epochs}", "2", $"{count}")))
            .ToArray();
        var report = Report(arguments, byRows, byModels, epochs);
        Console.Write(report);

        // The smallest point is mostly start; the two largest must cost the same for each row and each model.
        var spread = Math.Max(
            Apart(byRows.Select(r => Number(r.Run, "train") / r.Count).TakeLast(2)),
            Apart(byModels.Select(m => Number(m.Run, "seconds") / m.Count).TakeLast(2)));
        if (spread > LargestSpread)
        {
            Console.Error.WriteLine(
                FormattableString.Invariant(
                    $"Time a row or a model differs by {spread:P0} between the largest two; nothing is written: end what else runs, then measure again."));
            return 1;
        }

        if (arguments.Option("out", "") is { Length: > 0 } path)
        {
            AtomicFile.WriteText(path, report);
        }

        return 0;
    }

    private static string Report(
        string[] arguments, (int Count, long File, JsonElement Run)[] rows, (int Count, JsonElement Run)[] models, int epochs) =>
            FormattableString.Invariant($"""
        # How training grows with rows and models

        ```
        dotnet run -c Release --project tests/EmbedKit.Benchmarks -- growth {string.Join(' ', arguments)}
        ```

        {ChildProcess.Machine()}

        One epoch of early fusion (gap shift, λ = 0.5, batch 64, one thread) over random rows of {Width} + {Width} values in half precision, read from one Parquet file
        in the system's cache. Up to a gigabyte of rows is prepared once and kept in float32; of more, each minibatch is prepared as it is read. Asked for: a
        million rows in at most 6 GB.

        | rows | file, GB | load, s | gap and one epoch, s | µs a row | peak resident, GB |
        | ---: | ---: | ---: | ---: | ---: | ---: |
        {string.Join(
            '\n',
            rows.Select(r =>
                FormattableString.Invariant(
                    $"| {r.Count:N0} | {r.File / 1e9:0.00} | {Number(r.Run, "load"):0.0} | {Number(r.Run, "train"):0.0} | {1e6 * Number(r.Run, "train") / r.Count:0.0} | {Number(r.Run, "bytes") / 1e9:0.00} |")))}

        A sweep over λ, half early and half late fusion, {SweepRows:N0} rows, {epochs} epochs, two threads, from file to table.

        | models | s | s a model | peak resident, GB |
        | ---: | ---: | ---: | ---: |
        {string.Join(
            '\n',
            models.Select(m =>
                FormattableString.Invariant(
                    $"| {m.Count} | {Number(m.Run, "seconds"):0.0} | {Number(m.Run, "seconds") / m.Count:0.00} | {Number(m.Run, "bytes") / 1e9:0.00} |")))}

        """);

    private static double Number(JsonElement run, string name) => run.GetProperty(name).GetDouble();

    private static double Apart(IEnumerable<double> costs) => (costs.Max() / costs.Min()) - 1;
}
