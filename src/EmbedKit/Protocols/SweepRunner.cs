using System.Diagnostics;
using System.Runtime.ExceptionServices;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Fusion.Stacked;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Protocols;

/// <summary>
/// Trains and measures a grid of models. For one fusion, σ and seed, the models of all λ share initialisation, minibatches, dropout and
/// noise, so that λ alone makes the difference between them; they are trained in one pass.
/// </summary>
public static class SweepRunner
{
    /// <summary>Runs the grid.</summary>
    /// <param name="set">Embeddings of both modalities as stored, with a split column.</param>
    /// <param name="options">The grid.</param>
    /// <param name="random">The root; equal roots give equal rows, on any number of threads.</param>
    /// <param name="progress">Counts models.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <returns>One row per model and evaluated split, ordered by fusion, σ, seed and λ as given, validation before test.</returns>
    /// <exception cref="InputException">Bad options, or rows that do not allow the run.</exception>
    public static IReadOnlyList<SweepRow> Run(
        EmbeddingSet set, SweepOptions options, RandomStreams random, IProgress<JobProgress>? progress = null, CancellationToken cancellation = default) =>
        Run(set, options, random, null, progress, cancellation).Rows;

    internal static (IReadOnlyList<SweepRow> Rows, SweepPredictions? Predictions) Run(
        EmbeddingSet set, SweepOptions options, RandomStreams random, SweepJournal? journal, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Validate();
        using var grid = new Grid(set, options, random);
        var parts =
            (from fusion in options.Fusions
             from sigma in options.Sigmas
             from seed in Enumerable.Range(0, options.Seeds)
             from lambdas in grid.Groups(fusion)
             select (Name: FormattableString.Invariant($"{fusion}/sigma={sigma}/seed={seed}/lambda={lambdas[0]}"), fusion, sigma, seed, lambdas)).ToArray();
        var results = new (SweepRow Row, int[] Predicted)[parts.Length][];
        var (total, done) = (parts.Sum(p => (long)p.lambdas.Length), 0L);
        progress?.Report(new("models", 0, total, grid.Note));

        var threads = torch.get_num_threads();
        try
        {
            Parallel.For(0, parts.Length, new() { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation }, i =>
            {
                var (name, fusion, sigma, seed, lambdas) = parts[i];
                if (journal is not null && journal.Finished.TryGetValue(name, out var finished))
                {
                    results[i] = [.. finished.Rows.Select((cells, r) => (SweepRow.Parse(cells), finished.Predicted.ElementAtOrDefault(r) ?? []))];
                }
                else
                {
                    torch.set_num_threads(1);
                    var started = Stopwatch.GetTimestamp();
                    results[i] = grid.Train(fusion, sigma, seed, lambdas, cancellation);
                    journal?.Add(new(
                        name, [.. results[i].Select(r => r.Row.Cells())], [.. results[i].Select(r => r.Predicted)], Stopwatch.GetElapsedTime(started).TotalSeconds));
                }

                progress?.Report(new("models", Interlocked.Add(ref done, lambdas.Length), total));
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
        return ([.. all.Select(r => r.Row)], options.KeepPredictions ? grid.Predictions(all) : null);
    }

    /// <summary>What every part of the grid starts from.</summary>
    private sealed class Grid : IDisposable
    {
        private readonly SweepOptions _options;
        private readonly RandomStreams _random;
        private readonly ProtocolData _data;
        private readonly FittedShift _shift;
        private readonly string _dataset;
        private readonly string _encoder;
        private readonly Dictionary<(Split, double), (double Before, double After)> _gaps = [];
        private readonly Lazy<SweepRows> _rows;
        private readonly Dictionary<FusionKind, Lazy<SweepTraining>> _sweeps;

        internal Grid(EmbeddingSet set, SweepOptions options, RandomStreams random)
        {
            (_options, _random) = (options, random);
            _data = ProtocolData.Prepare(set, options.Labels, options.Leaks ?? LeakOptions.Of(options.Protocol), random);
            var aligner = Aligners.Create(options.Aligner, new() { Lambda = 0, Space = new() { Prenormalize = options.Prenormalize }, Random = random });
            _shift = _data.Fit(rows => (FittedShift)aligner.Fit(rows));
            _dataset = options.Dataset ?? Path.GetFileNameWithoutExtension(set.Table.Source);
            _encoder = options.Encoder ?? string.Join('+', ((string[])["image_model", "text_model"]).Select(set.Provenance.GetValueOrDefault).OfType<string>().Distinct());
            _rows = new(() => new(_data.Training, _data.Selection, _shift));
            _sweeps = options.Fusions.ToDictionary(kind => kind, kind => new Lazy<SweepTraining>(() =>
                new(_rows.Value, _data.Training, _data.Selection, _data.Encoding, options.Fusion(kind), options.Trainer.Loss, _shift)));
            foreach (var (split, rows) in _data.Evaluated)
            {
                var gap = GapAlongLambda.Of(rows, _shift, options.Lambdas);
                for (var i = 0; i < options.Lambdas.Count; i++)
                {
                    _gaps[(split, options.Lambdas[i])] = (gap.Before, gap.After[i]);
                }
            }
        }

        internal string? Note => _data.Note;

        /// <summary>The grid of λ, cut into the parts that are trained together.</summary>
        internal IReadOnlyList<double[]> Groups(FusionKind kind) => InOnePass(kind)
            ? SweepTraining.Groups(_options.Fusion(kind), _shift.Vector.Length, _options.Lambdas)
            : [[.. _options.Lambdas]];

        /// <summary>The models of one fusion, σ and seed over some λ. The streams' name has no λ and no σ: comparisons along both are paired.</summary>
        internal (SweepRow Row, int[] Predicted)[] Train(FusionKind kind, double sigma, int seed, IReadOnlyList<double> lambdas, CancellationToken cancellation)
        {
            var (fusion, trainer) = (_options.Fusion(kind), _options.Trainer with { Sigma = sigma });
            var streams = _random.Derive(FormattableString.Invariant($"train/{kind}/seed={seed}"));
            IReadOnlyList<TrainedModel> models = [];
            try
            {
                if (InOnePass(kind))
                {
                    models = _sweeps[kind].Value.Train(trainer, streams, lambdas, cancellation);
                }
                else if (_options.ShiftAt == ShiftAt.TrainAndTest)
                {
                    models = Trainer.TrainSweep(_data.Training, _data.Selection, _data.Encoding, fusion, trainer, streams, _shift, lambdas, cancellation);
                }
                else
                {
                    var one = Trainer.Train(_data.Training, _data.Selection, _data.Encoding, fusion, trainer, streams, _shift.At(0), cancellation: cancellation);
                    models = [.. lambdas.Select(lambda => one with { Shift = _shift.At(lambda) })];
                }

                return [.. models.SelectMany(model => ProtocolRun.Measure(model, _data).Select(result =>
                    (Row(model, result, sigma, seed), _options.KeepPredictions ? result.Predictions.Predicted : [])))];
            }
            finally
            {
                foreach (var model in models)
                {
                    model.Dispose();
                }
            }
        }

        internal SweepPredictions Predictions(IEnumerable<(SweepRow Row, int[] Predicted)> all) => new(
            _data.Encoding.Task, _data.Encoding.Classes,
            _data.Evaluated.ToDictionary(e => (0, e.Split), e => new SweepPredictions.MeasuredRows(e.Rows.Ids, e.Rows.Groups, FusionRows.Truth(_data.Encoding, e.Rows.Table))),
            all.Select(r => (r.Row.Model, r.Row.Split, r.Predicted)));

        public void Dispose()
        {
            foreach (var sweep in _sweeps.Values.Where(s => s.IsValueCreated))
            {
                sweep.Value.Dispose();
            }

            if (_rows.IsValueCreated)
            {
                _rows.Value.Dispose();
            }
        }

        private bool InOnePass(FusionKind kind) => _options.ShiftAt == ShiftAt.TrainAndTest && StackedLoop.Supports(_options.Fusion(kind), _options.Trainer with { Sigma = _options.Sigmas.Max() });

        private SweepRow Row(TrainedModel model, SplitResult result, double sigma, int seed)
        {
            var lambda = model.Shift!.Options.Lambda;
            var gap = _gaps[(result.Split, lambda)];
            return new()
            {
                Dataset = _dataset,
                Encoder = _encoder,
                Protocol = _options.Protocol.Text(),
                Fusion = model.Model.Options.Kind.ToString().ToLowerInvariant(),
                Hidden = model.Model.Options.HiddenText,
                Aligner = _options.Aligner,
                ShiftAt = _options.ShiftAt == ShiftAt.TrainAndTest ? "train+test" : "test",
                Lambda = lambda,
                Sigma = sigma,
                Seed = seed,
                Fold = 0,
                Split = result.Split,
                Epoch = model.ChosenEpoch,
                EpochsRun = model.EpochsRun,
                Accuracy = result.Metrics.Accuracy,
                MacroF1 = result.Metrics.MacroF1,
                WeightedF1 = result.Metrics.WeightedF1,
                Auc = result.Auc(_data.Leaks),
                GapBefore = gap.Before,
                GapAfter = gap.After,
            };
        }
    }
}
