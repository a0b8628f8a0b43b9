using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols.Sweep;

/// <summary>A sweep that lives in files: <c>sweep.csv</c>, beside it its timing and every model's predictions, and a journal while it is
/// unfinished.</summary>
public static class SweepFile
{
    /// <summary>
    /// Runs a sweep into a file. After an interruption the same call goes on where it stopped; once finished, it only reads. Equal sweeps
    /// give equal bytes; what depends on the clock goes to <c>NAME.timing.json</c>.
    /// </summary>
    /// <param name="path">The table, e.g. <c>out/sweep.csv</c>.</param>
    /// <param name="set">Embeddings of both modalities as stored, with a split column.</param>
    /// <param name="options">The grid.</param>
    /// <param name="random">The root.</param>
    /// <param name="progress">Counts models.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <returns>The files: table, timing and, where kept, predictions (<see cref="SweepPredictions"/>).</returns>
    /// <exception cref="InputException">The file belongs to a different sweep; or as <see cref="SweepRunner"/>.</exception>
    public static IReadOnlyList<string> Run(
        string path, EmbeddingSet set, SweepOptions options, RandomStreams random, IProgress<JobProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Validate();
        var description = options.Describe();
        (description["seed"], description["data"]) = (random.RootSeed.ToString(CultureInfo.InvariantCulture), SetFingerprint.Of(set));
        var run = new RunIdentity(description);
        string timing = TimingOf(path), journalPath = JournalOf(path);
        string[] files = [path, timing, .. options.KeepPredictions ? (string[])[SweepPredictions.PathFor(path)] : []];
        if (File.Exists(path))
        {
            run.CheckSame(path, ReadIdentity(timing), SweepJournal.Remedy);
            if (!File.Exists(journalPath))
            {
                progress?.Report(new("models", 1, 1, $"{path} is finished already; nothing to do."));
                return files;
            }
        }

        progress ??= HostProgress.Current;

        var started = Stopwatch.GetTimestamp();
        using (var journal = new SweepJournal(journalPath, run))
        {
            if (journal.Damaged > 0)
            {
                progress?.Report(
                    new(
                        "", 0, 0,
                        $"{journalPath}: {NumberText.Count(journal.Damaged, "damaged line")} left out; what stood there is trained again."));
            }

            var (rows, predictions) = SweepRunner.Run(set, options, random, journal, progress, cancellation);
            var models = rows.Select(r => r.Model).Distinct().Count();
            var seconds = journal.Finished.Values.Sum(p => p.Seconds);
            var timed = new
            {
                sweep = run.Values,
                models,
                model_seconds = seconds / models,
                wall_seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
                threads = options.Threads,
                peak_resident_bytes = Process.GetCurrentProcess().PeakWorkingSet64,
            };

            // The table comes last: it is what says that a sweep is finished, and the timing beside it, which sweep that was.
            FileGroup.Write([timing, SweepPredictions.PathFor(path), path], staged =>
            {
                JsonStyle.Write(staged[0], timed);
                if (predictions is not null)
                {
                    SweepPredictionFile.Write(staged[1], predictions);
                }

                SweepRow.Columns.ToTable(rows).Write(staged[2]);
            });
        }

        File.Delete(journalPath);
        return files;
    }

    /// <summary>All files that a sweep into a path writes, the journal of an unfinished one among them.</summary>
    /// <param name="path">The table.</param>
    public static IReadOnlyList<string> FilesOf(string path) => [path, TimingOf(path), SweepPredictions.PathFor(path), JournalOf(path)];

    private static string TimingOf(string path) => Path.ChangeExtension(path, ".timing.json");

    private static string JournalOf(string path) => path + ".journal";

    private static RunIdentity ReadIdentity(string timing)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(timing));
            return RunIdentity.Parse(json.RootElement.GetProperty("sweep"));
        }
        catch (Exception error) when (error is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException(
                $"{timing}: does not tell of which sweep the table beside it is; expected the file that sweep wrote. Choose another --out, or "
                    + "delete both.", error);
        }
    }
}
