using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarking;

/// <summary>Trains and tests one head in one way, and measures it.</summary>
public static class WayRun
{
    private const double Mebibyte = 1 << 20;

    /// <summary>Measures.</summary>
    /// <param name="options">What is run.</param>
    /// <param name="random">The streams of the head, of its minibatches and of the rows that are drawn: equal ones give equal heads in every
    /// way, as far as the embeddings are equal.</param>
    /// <param name="clock">Measures time; null: the system's.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <exception cref="InputException">Options out of range, more rows asked for than there are, rows without split or label, a model or image that
    /// cannot be read.</exception>
    public static WayMeasurement Measure(
        WayOptions options, RandomStreams random, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        return Resident(options, () => options.Way switch
        {
            TrainingWay.Cached => Cached(options, random, clock ?? TimeProvider.System, cancellation),
            TrainingWay.Live => Live(options, random, clock ?? TimeProvider.System, cancellation),
            _ => throw new InputException($"way {options.Way}: its encoders are modules; expected one whose encoders are graphs: cached or live."),
        });
    }

    /// <summary>Checks the options, measures, and adds what became resident.</summary>
    internal static WayMeasurement Resident(WayOptions options, Func<WayMeasurement> measure)
    {
        options.Validate();
        TorchSharp.torch.set_num_threads(1);
        _ = Microsoft.ML.OnnxRuntime.OrtEnv.Instance();
        var idle = ProcessMemory.PeakMiB();
        var measured = measure();
        return measured with { GrowthMiB = measured.PeakMiB - idle };
    }

    /// <summary>Trains and tests, and takes the times.</summary>
    /// <param name="options">What is run.</param>
    /// <param name="set">All rows.</param>
    /// <param name="train">Trains on some of them; reports each epoch.</param>
    /// <param name="test">What the model is to see of the test rows; null: the rows themselves.</param>
    /// <param name="random">The streams.</param>
    /// <param name="clock">Measures time.</param>
    internal static WayMeasurement Run(
        WayOptions options, EmbeddingSet set, Func<TrainingSet, LabelEncoding, IProgress<JobProgress>, TrainedModel> train,
        Func<EmbeddingSet, EmbeddingSet>? test, RandomStreams random, TimeProvider clock)
    {
        var data = ProtocolData.Prepare(set, [options.Label], LeakOptions.Of(Protocol.LeakFree), random);
        var training = Drawn(data.Training, options.Rows, options.Label, random);
        var ticks = new List<long> { clock.GetTimestamp() };
        using var model = train(training, data.Encoding, new Ticks(() => ticks.Add(clock.GetTimestamp())));
        double[] epochs = [.. ticks.Zip(ticks.Skip(1), (from, to) => clock.GetElapsedTime(from, to).TotalSeconds).Skip(1).Order()];
        var start = clock.GetTimestamp();
        var rows = data.Evaluated.Single(e => e.Split == Split.Test).Rows;
        var predictions = model.Predict(test?.Invoke(rows) ?? rows);
        var infer = clock.GetElapsedTime(start).TotalSeconds;
        var (peak, truth) = (ProcessMemory.PeakMiB(), predictions.RequireTrue());
        var interval = Bootstrap.Intervals(
            rows.Count, rows.Groups,
            drawn => [ConfusionMatrix.Count(truth, predictions.Predicted, predictions.Classes.Count, drawn).MacroF1],
            random.Create("bench/interval"))[0];
        return new(
            options.Way, training.Rows.Count, rows.Count, (epochs[(epochs.Length - 1) / 2] + epochs[epochs.Length / 2]) / 2, infer,
            peak, null, 0, model.Model.ParameterCount, model.Model.ParameterCount, Metrics.Compute(predictions).MacroF1,
            interval.Low, interval.High);
    }

    /// <summary>What is kept on disk, and in memory beside the head, where raw data is learned from.</summary>
    internal static WayMeasurement OnRawData(WayMeasurement measured, WayOptions options, RawRows raw, long encoderParameters) => measured with
    {
        DiskMiB = (new FileInfo(options.Labels).Length + raw.ImageBytes()) / Mebibyte,
        ParametersHeld = measured.ParametersHeld + encoderParameters,
    };

    private static WayMeasurement Cached(WayOptions options, RandomStreams random, TimeProvider clock, CancellationToken cancellation) =>
        Run(
            options, EmbeddingFile.Read(options.Embeddings),
            (rows, encoding, progress) => Trainer.Train(
                rows, null, encoding, options.Head, options.Training, random, progress: progress, cancellation: cancellation),
            null, random, clock) with
        {
            DiskMiB = new FileInfo(options.Embeddings).Length / Mebibyte,
        };

    private static WayMeasurement Live(WayOptions options, RandomStreams random, TimeProvider clock, CancellationToken cancellation)
    {
        using var image = options.Head.UsesImage ? new OnnxImageEncoder(ModelFolder.Open(options.GivenImageModel())) : null;
        using var text = options.Head.UsesText ? new OnnxTextEncoder(ModelFolder.Open(options.GivenTextModel())) : null;
        var raw = new RawRows(LabelledDataset.Read(options.Labels), image is null ? null : options.Images);
        var live = new LiveEmbedding(image, text, raw, options.Threads);
        var held = new OnnxEncoder?[] { image, text }.OfType<OnnxEncoder>().Sum(e => OnnxParameters.Count(Path.Combine(e.Folder.Path, e.File)));
        var measured = Run(
            options, raw.Rows,
            (rows, encoding, progress) => Trainer.TrainLive(
                rows, live.Embed, encoding, options.Head, options.Training, random, progress, cancellation),
            live.Embed, random, clock);
        return OnRawData(measured, options, raw, held);
    }

    /// <summary>The rows to learn from: all, or as many as asked for, drawn by the seed, with one of each class before the others.</summary>
    private static TrainingSet Drawn(TrainingSet training, int? rows, string label, RandomStreams random)
    {
        var all = training.Rows.Count;
        if (rows is not { } wanted)
        {
            return training;
        }

        if (wanted > all)
        {
            throw new InputException($"rows is {wanted}; expected at most {NumberText.Count(all, "training row")} of {training.Rows.Table.Source}.");
        }

        int[] order = [.. Enumerable.Range(0, all)];
        random.Create("bench/rows").Shuffle(order);
        var classes = training.Rows.Table[label];
        int[] first = [.. order.DistinctBy(row => classes[row], StringComparer.Ordinal)];
        return first.Length <= wanted ? training.Select([.. first.Concat(order.Except(first)).Take(wanted).Order()])
            : throw new InputException($"rows is {wanted}; expected at least {first.Length}, one of each class of '{label}'.");
    }

    private sealed class Ticks(Action tick) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => tick();
    }
}
