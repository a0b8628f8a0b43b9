using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Protocols.Sweep;

/// <summary>
/// Trains and measures a grid of models. For one fold, fusion and seed, all models share minibatches, dropout and noise, and those of one
/// width their initialisation, so that aligner, λ and σ alone make the difference between them; where λ varies, they are trained in one pass.
/// </summary>
public static class SweepRunner
{
    /// <summary>Runs the grid.</summary>
    /// <param name="set">Embeddings of both modalities as stored, with a split column unless there are folds.</param>
    /// <param name="options">The grid.</param>
    /// <param name="random">The root; equal roots give equal rows, on any number of threads.</param>
    /// <param name="progress">Counts models.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <returns>One row per model and evaluated split, ordered by fold, aligner, fusion, width, σ, seed and λ as given, validation before
    /// test.</returns>
    /// <exception cref="InputException">Bad options, or rows that do not allow the run.</exception>
    public static IReadOnlyList<SweepRow> Run(
        EmbeddingSet set, SweepOptions options, RandomStreams random, IProgress<JobProgress>? progress = null,
        CancellationToken cancellation = default) =>
        Run(set, options, random, null, progress, cancellation).Rows;

    internal static (IReadOnlyList<SweepRow> Rows, SweepPredictions? Predictions) Run(
        EmbeddingSet set, SweepOptions options, RandomStreams random, SweepJournal? journal, IProgress<JobProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Validate();
        options = options.Named(set);
        var width = options.CheckWidths(set);
        var folds = SweepFold.Of(set, options, random);
        var parts = SweepPart.Of(options, folds.Count, width);
        using var spaces = new SharedAlignedRows(folds, options, random, parts);
        var results = new (SweepRow Row, int[] Predicted)[parts.Count][];
        var (total, done) = (parts.Sum(p => (long)p.Lambdas.Count), 0L);
        var by = options.LeaksInForce.PublishedSplit || set.Groups is null ? "row" : "group";
        progress?.Report(new("models", 0, total, options.Folds is null ? folds[0].Data.Note
            : $"{options.Folds} folds × {options.Repeats}, by {by}. {folds[0].Data.Note}".TrimEnd()));

        var threads = torch.get_num_threads();
        try
        {
            // One part at a time in order, so that folds and aligners are finished, and freed, one after another.
            var order = Partitioner.Create(Enumerable.Range(0, parts.Count), EnumerablePartitionerOptions.NoBuffering);
            Parallel.ForEach(order, new() { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation }, i =>
            {
                var part = parts[i];
                if (journal?.Find(part.Name) is { } finished)
                {
                    results[i] = [.. finished.Rows.Select((cells, r) => (SweepRow.Parse(cells), finished.Predicted.ElementAtOrDefault(r) ?? []))];
                }
                else
                {
                    torch.set_num_threads(1);
                    var started = Stopwatch.GetTimestamp();
                    results[i] = [.. Train(spaces, part, options, random, cancellation).Select(m =>
                        (m.ToRow(part, options), options.KeepPredictions ? m.Result.Predictions.Predicted : []))];
                    journal?.Add(new(
                        part.Name, [.. results[i].Select(r => SweepRow.Columns.Cells(r.Row))], [.. results[i].Select(r => r.Predicted)],
                        Stopwatch.GetElapsedTime(started).TotalSeconds));
                }

                spaces.Release(part);
                progress?.Report(new("models", Interlocked.Add(ref done, part.Lambdas.Count), total));
            });
        }
        catch (AggregateException error)
        {
            cancellation.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        var all = results.SelectMany(r => r).ToArray();
        return ([.. all.Select(r => r.Row)], options.KeepPredictions ? Predictions(folds, all) : null);
    }

    /// <summary>The models of a part; with inner folds, what they say of the rows held out stands for the validation rows.</summary>
    private static IEnumerable<ModelMeasurement> Train(
        SharedAlignedRows spaces, SweepPart part, SweepOptions options, RandomStreams random, CancellationToken cancellation)
    {
        var name = $"train/{part.Fusion.Kind}/seed={part.Seed}{(options.Folds is null ? "" : $"/fold={part.Fold}")}";
        var measured = spaces.Of(part)
            .Select((space, inner) => space.Train(part, random.Derive(inner == 0 ? name : $"{name}/inner={inner - 1}"), cancellation)).ToArray();
        if (measured.Length == 1)
        {
            return measured[0].SelectMany(m => m);
        }

        static ModelMeasurement Test(IReadOnlyList<ModelMeasurement> of) => of.Single(m => m.Result.Split == Split.Test);
        return measured[0].SelectMany((
            outer, lambda) => (ModelMeasurement[])[ModelMeasurement.Pool([.. measured.Skip(1).Select(m => Test(m[lambda]))]), Test(outer)]);
    }

    private static SweepPredictions Predictions(IReadOnlyList<SweepFold> folds, IEnumerable<(SweepRow Row, int[] Predicted)> all) => new(
        folds[0].Data.Encoding.Task, folds[0].Data.Encoding.Classes,
        folds.SelectMany(f => f.Measured().Select(m => (Key: (f.Number, m.Split), m.Rows))).ToDictionary(m => m.Key, m => m.Rows),
        all.Select(r => (r.Row.Model, r.Row.Split, r.Predicted)));
}
