using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks.Sweep;

/// <summary>
/// Our side, in a process that does only that, told by one JSON object: <c>sweep-contestant grid FOLDER EPOCHS THREADS [MODELS]</c> sweeps 21 λ (or
/// half as many as models) × early and late fusion, from the Parquet file to sweep.csv; <c>sweep-contestant model FOLDER EPOCHS KIND</c> trains one
/// model at λ = 0, on one thread.
/// </summary>
internal static class SweepContestant
{
    internal static int Run(string[] arguments)
    {
        var (folder, epochs) = (arguments[1], int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var started = Stopwatch.GetTimestamp();
        var set = EmbeddingFile.Read(Path.Combine(folder, "embeddings.parquet"));
        object result = arguments[0] == "grid"
            ? new
            {
                seconds = Grid(
                set, folder, epochs, int.Parse(arguments[3], CultureInfo.InvariantCulture), arguments.Length > 4
                    ? int.Parse(arguments[4], CultureInfo.InvariantCulture) : 42, started),
                bytes = 1024 * ResidentMemory.PeakKiB
            }
            : new { epochs = Model(set, epochs, Enum.Parse<FusionKind>(arguments[3], ignoreCase: true)), bytes = 1024 * ResidentMemory.PeakKiB };
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    private static double Grid(EmbeddingSet set, string folder, int epochs, int threads, int models, long started)
    {
        var output = Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName()));
        var steps = (models / 2) - 1;
        SweepFile.Run(Path.Combine(output.FullName, "sweep.csv"), set, new()
        {
            Labels = ["label_class"],
            Lambdas = [.. Enumerable.Range(0, steps + 1).Select(i => -1 + (2.0 * i / steps))],
            Seeds = 1,
            Threads = threads,
            Trainer = new() { Epochs = epochs },
            Protocol = Protocol.Published,
        }, new RandomStreams(0));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.Delete(recursive: true);
        return seconds;
    }

    private static double[] Model(EmbeddingSet set, int epochs, FusionKind kind)
    {
        TorchSharp.torch.set_num_threads(1);
        var training = TrainingSet.From(set);
        var clock = new EpochClock(epochs);
        Trainer.Train(
            training, null, LabelEncoding.Fit(["label_class"], training.Rows.Table), new() { Kind = kind }, new() { Epochs = epochs },
            new RandomStreams(0),
            new GapShift(new()).Fit(training).At(0), clock).Dispose();
        return clock.Seconds;
    }

    /// <summary>Seconds of each epoch but the first, which includes everything before it.</summary>
    private sealed class EpochClock(int epochs) : IProgress<JobProgress>
    {
        private readonly List<long> _ends = new(epochs);

        internal double[] Seconds => [.. _ends.Zip(_ends.Skip(1), (a, b) => Stopwatch.GetElapsedTime(a, b).TotalSeconds)];

        public void Report(JobProgress value) => _ends.Add(Stopwatch.GetTimestamp());
    }
}
