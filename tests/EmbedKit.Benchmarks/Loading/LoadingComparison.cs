using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Benchmarks.Inference;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks.Loading;

/// <summary>
/// Loading and joining the published pair of CSV files, and the same pair as Parquet, beside pandas with eval on a part of the rows:
/// <c>load-csv-pair [--folder DIR] [--rows N] [--peer-rows N] [--rounds N] [--out FILE]</c>. Files of an earlier run in the folder are used again.
/// </summary>
internal static class LoadingComparison
{
    private const double LargestSpread = 0.2;

    internal static int Run(string[] arguments)
    {
        var (rows, peerRows, rounds) =
            (arguments.Option("rows", PublishedPair.Rows), arguments.Option("peer-rows", 1000), arguments.Option("rounds", 3));
        var folder = arguments.Option("folder", Path.Combine(Path.GetTempPath(), $"embedkit-pair-{rows}"));
        var pair = new PublishedPair(folder, rows);
        pair.Write();
        (string Name, string[] Files, double Seconds, double Gigabytes)[] ours =
        [
            ("published CSV pair", [pair.Image, pair.Text], 5, 1.2),
            ("Parquet, float32", [pair.Parquet], 2.5, double.NaN),
            ("Parquet, half precision", [pair.Half], 2.5, double.NaN),
        ];
        var runs = ours.ToDictionary(o => o.Name, _ => new List<JsonElement>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, files, _, _) in ours)
            {
                // The first round brings the files into the system's cache and is not counted.
                var run = ChildProcess.Ours(["load-contestant", .. files]);
                runs[name].AddRange(round == 0 ? [] : [run]);
            }
        }

        JsonElement? peer = peerRows == 0 ? null
            : ChildProcess.Python(Path.Combine("Loading", "pandas_peer.py"), "python3-pandas to be installed", pair.Text, pair.Image, $"{peerRows}");
        static double Seconds(JsonElement run) => run.GetProperty("seconds").GetDouble();
        static double Gigabytes(JsonElement run) => run.GetProperty("bytes").GetInt64() / 1e9;
        var table = ours.Select(o =>
        {
            var seconds = new Repeats(runs[o.Name].Select(Seconds));
            return (seconds.Spread, Line: FormattableString.Invariant(
                $"| {o.Name} ({o.Files.Sum(f => new FileInfo(f).Length) / 1e9:0.00} GB) | {seconds.Median:0.00} ({seconds.Spread:P0}) | ≤ {o.Seconds} | {runs[o.Name].Max(Gigabytes):0.00} | {(double.IsNaN(o.Gigabytes) ? "" : FormattableString.Invariant($"≤ {o.Gigabytes}"))} |"));
        }).ToArray();
        var report = FormattableString.Invariant($"""
            # Loading the published pair

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- load-csv-pair {string.Join(' ', arguments)}
            ```

            {ChildProcess.Machine()}

            {rows:N0} rows; random numbers printed as Python prints them: text as lists of {PublishedPair.TextWidth:N0} in one column, image as {PublishedPair.ImageWidth} columns.
            From files in the system's cache to one joined set; a process for each, medians of {rounds}.

            | | s (spread) | asked for | peak resident, GB | asked for |
            | --- | ---: | ---: | ---: | ---: |
            {string.Join('\n', table.Select(t => t.Line))}

            {(peer is not { } pandas ? "Without pandas."
                : $"Other side: pandas {pandas.GetProperty("version").GetString()} and `eval`, as the published notebooks load it, on the first {peerRows:N0} rows ({(double)peerRows / rows:P1}): {Seconds(pandas):0.0} s and {Gigabytes(pandas):0.00} GB, which is {Seconds(pandas) * rows / peerRows:0} s for all rows if time is in proportion.")}

            """);
        Console.Write(report);
        if (table.Max(t => t.Spread) > LargestSpread)
        {
            Console.Error.WriteLine("The largest spread is over 20 %. Nothing is written: end what else runs, then measure again.");
            return 1;
        }

        if (arguments.Option("out", "") is { Length: > 0 } path)
        {
            AtomicFile.WriteText(path, report);
        }

        return 0;
    }

    /// <summary>One load, in a process that does only that: <c>load-contestant IMAGE_CSV TEXT_CSV</c> or <c>load-contestant FILE</c>.</summary>
    internal static int RunContestant(string[] files)
    {
        var started = Stopwatch.GetTimestamp();
        var set = files is [var image, var text]
            ? EmbeddingJoin.Modalities(EmbeddingFile.Read(image), EmbeddingFile.Read(text)) : EmbeddingFile.Read(files[0]);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(
            JsonSerializer.Serialize(
                new { seconds, bytes = 1024 * ResidentMemory.PeakKiB, rows = set.Count.ToString(CultureInfo.InvariantCulture) }));
        return 0;
    }
}
