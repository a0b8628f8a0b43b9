using EmbedKit.Benchmarking;
using EmbedKit.Data;
using EmbedKit.Embedding.Models;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Ways;

/// <summary>Measures the ways whose encoders are modules: frozen with their dropout on, and trained with the head.</summary>
public static class ModuleWayRun
{
    /// <summary>Measures.</summary>
    /// <param name="options">What is run: <see cref="TrainingWay.LivePublished"/> or <see cref="TrainingWay.FineTuned"/>.</param>
    /// <param name="random">The streams, those of <see cref="WayRun"/>; the encoders' dropout has its own, <c>encoders/dropout</c>.</param>
    /// <param name="clock">Measures time; null: the system's.</param>
    /// <param name="cancellation">Looked at before every epoch, and before every step of fine-tuning.</param>
    /// <exception cref="InputException">As for <see cref="WayRun"/>; a family without a module, or weights that do not fit.</exception>
    public static WayMeasurement Measure(
        WayOptions options, RandomStreams random, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        return WayRun.Resident(options, () =>
        {
            torch.set_num_threads(options.Threads);
            using var encoders = new ModuleEncoders(
                options.Head.UsesImage ? ModelFolder.Open(options.GivenImageModel()) : null,
                options.Head.UsesText ? ModelFolder.Open(options.GivenTextModel()) : null);
            using var dropout = new Generator(random.SeedOf("encoders/dropout"));
            var raw = new RawRows(LabelledDataset.Read(options.Labels), options.Head.UsesImage ? options.Images : null);
            TrainedModel Train(TrainingSet rows, LabelEncoding encoding, IProgress<JobProgress> progress)
            {
                encoders.Dropout = dropout;
                return options.Way == TrainingWay.FineTuned
                    ? new FineTuning(options, encoders, raw, random).Run(rows, encoding, progress, cancellation)
                    : Trainer.TrainLive(
                        rows, set => encoders.Embed(raw, set), encoding, options.Head, options.Training, random, progress, cancellation);
            }

            EmbeddingSet Tested(EmbeddingSet rows)
            {
                encoders.Dropout = null;
                return encoders.Embed(raw, rows);
            }

            var measured = WayRun.OnRawData(
                WayRun.Run(options, raw.Rows, Train, Tested, random, clock ?? TimeProvider.System), options, raw, encoders.ParameterCount);
            return options.Way == TrainingWay.FineTuned ? measured with { ParametersTrained = measured.ParametersHeld } : measured;
        });
    }
}
