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
        options.Validate();
        TorchSharp.torch.set_num_threads(1);
        _ = Microsoft.ML.OnnxRuntime.OrtEnv.Instance();
        var idle = ProcessMemory.PeakMiB();
        var measured = options.Way == TrainingWay.Cached ? Cached(options, random, clock ?? TimeProvider.System, cancellation)
            : Live(options, random, clock ?? TimeProvider.System, cancellation);
        return ProcessMemory.PeakMiB() is { } peak ? measured with { PeakMiB = peak, GrowthMiB = peak - idle } : measured;
    }

    private static WayMeasurement Cached(WayOptions options, RandomStreams random, TimeProvider clock, CancellationToken cancellation) =>
        Run(options, EmbeddingFile.Read(options.Embeddings), null, random, clock, cancellation) with
        {
            DiskMiB = new FileInfo(options.Embeddings).Length / Mebibyte,
        };

    private static WayMeasurement Live(WayOptions options, RandomStreams random, TimeProvider clock, CancellationToken cancellation)
    {
        var dataset = LabelledDataset.Read(options.Labels);
        var fusion = new FusionOptions { Kind = options.Fusion };
        using var image = fusion.UsesImage ? new OnnxImageEncoder(ModelFolder.Open(Given(options.ImageModel, "image model"))) : null;
        using var text = fusion.UsesText ? new OnnxTextEncoder(ModelFolder.Open(Given(options.TextModel ?? options.ImageModel, "text model"))) : null;
        var live = new LiveEmbedding(image, text, dataset, options.Images, options.Threads);
        var held = new OnnxEncoder?[] { image, text }.OfType<OnnxEncoder>().Sum(e => OnnxParameters.Count(Path.Combine(e.Folder.Path, e.File)));
        var measured = Run(options, live.Rows, live.Embed, random, clock, cancellation);
        return measured with
        {
            DiskMiB = (new FileInfo(options.Labels).Length + live.ImageBytes()) / Mebibyte,
            ParametersHeld = measured.ParametersTrained + held,
        };
    }

    private static WayMeasurement Run(
        WayOptions options, EmbeddingSet set, Func<EmbeddingSet, EmbeddingSet>? embed, RandomStreams random, TimeProvider clock,
        CancellationToken cancellation)
    {
        var data = ProtocolData.Prepare(set, [options.Label], LeakOptions.Of(Protocol.LeakFree), random);
        var training = Drawn(data.Training, options.Rows, options.Label, random);
        var ticks = new List<long> { clock.GetTimestamp() };
        var (fusion, trainer) = (new FusionOptions { Kind = options.Fusion }, new TrainerOptions { Epochs = options.Epochs });
        var progress = new Ticks(() => ticks.Add(clock.GetTimestamp()));
        using var model = embed is null
            ? Trainer.Train(training, null, data.Encoding, fusion, trainer, random, progress: progress, cancellation: cancellation)
            : Trainer.TrainLive(training, embed, data.Encoding, fusion, trainer, random, progress, cancellation);
        double[] epochs = [.. ticks.Zip(ticks.Skip(1), (from, to) => clock.GetElapsedTime(from, to).TotalSeconds).Skip(1).Order()];
        var start = clock.GetTimestamp();
        var test = data.Evaluated.Single(e => e.Split == Split.Test).Rows;
        var predictions = model.Predict(embed?.Invoke(test) ?? test);
        var infer = clock.GetElapsedTime(start).TotalSeconds;
        return new(
            options.Way, training.Rows.Count, test.Count, (epochs[(epochs.Length - 1) / 2] + epochs[epochs.Length / 2]) / 2, infer,
            null, null, 0, model.Model.ParameterCount, model.Model.ParameterCount, Metrics.Compute(predictions).MacroF1);
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

    private static string Given(string? model, string name) =>
        model ?? throw new InputException($"no {name}; expected the folder or name of one, to embed with in every epoch.");

    private sealed class Ticks(Action tick) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => tick();
    }
}
