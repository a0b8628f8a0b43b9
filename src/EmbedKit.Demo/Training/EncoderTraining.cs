using System.Diagnostics;
using System.Globalization;
using EmbedKit.Demo.World;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using TorchSharp;

namespace EmbedKit.Demo.Training;

/// <summary>How the tiny encoders are trained.</summary>
public sealed record EncoderTrainingOptions
{
    /// <summary>Rows drawn of each of the four demo data sets. Default 2,500; at least 60.</summary>
    public int RowsPerDataset { get; init; } = 2500;

    /// <summary>How widely looks vary (<see cref="DemoOptions.Variation"/>). Default 1.5, wider than the demo's 1.</summary>
    public double Variation { get; init; } = 1.5;

    /// <summary>Stops each model after this many steps, for trying things out; null for the model's own number.</summary>
    public int? MaxSteps { get; init; }
}

/// <summary>
/// Trains the tiny encoders on a draw of the demo world that nothing else uses, and writes each as a model folder in Hugging Face's layout.
/// </summary>
public sealed class EncoderTraining : IDisposable
{
    private const string Draw = "encoders";
    private readonly EncoderTrainingOptions _options;
    private readonly IProgress<JobProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly Lazy<EncoderTrainingData> _training;
    private readonly Lazy<EncoderTrainingData> _heldOut;

    /// <summary>Prepares a run; data are drawn when the first model needs them.</summary>
    /// <param name="options">How much to train.</param>
    /// <param name="streams">The run's random streams.</param>
    /// <param name="progress">Counts images, then steps of each model.</param>
    /// <param name="cancellation">Stops between steps; a model folder is written whole or not at all.</param>
    public EncoderTraining(
        EncoderTrainingOptions options, RandomStreams streams, IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(streams);
        (_options, Streams, _progress, _cancellation) = (options, streams, progress, cancellation);
        Lazy<EncoderTrainingData> Data(int rows, string draw) =>
            new(() => EncoderTrainingData.Draw(new() { Size = rows, Variation = options.Variation, Draw = draw }, streams, progress, cancellation));
        _training = Data(options.RowsPerDataset, Draw);
        _heldOut = Data(Math.Min(100, options.RowsPerDataset), $"{Draw}-held-out");
    }

    /// <summary>The models there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [TinyClip.Name, TinyDino.Name, TinyLlama.Name];

    internal RandomStreams Streams { get; }

    /// <summary>What to learn from.</summary>
    internal EncoderTrainingData Data => _training.Value;

    /// <summary>Pairs nothing was learned from: what the model card's numbers are measured on.</summary>
    internal EncoderTrainingData HeldOut => _heldOut.Value;

    /// <summary>Trains one model and writes its folder.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">The model folder; replaced when it exists.</param>
    /// <exception cref="InputException">No such model.</exception>
    public void Train(string name, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Action<EncoderTraining, string> train = name switch
        {
            TinyClip.Name => TinyClip.Train,
            TinyDino.Name => TinyDino.Train,
            TinyLlama.Name => TinyLlama.Train,
            _ => throw new InputException($"no model '{name}' to train; expected {string.Join(", ", Names)}."),
        };
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Leftovers.ClearBeside(target);
        var partial = Leftovers.NewBeside(target);
        Directory.CreateDirectory(partial);
        try
        {
            using var scope = torch.NewDisposeScope();
            train(this, partial);
            ModelLock.Write(partial);
            Remove(target);
            Directory.Move(partial, target);
        }
        finally
        {
            Remove(partial);
        }
    }

    /// <summary>Runs the steps of one model, reporting each, with the mean loss ten times on the way; what a step allocates is freed after
    /// it.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="options">How many steps.</param>
    /// <param name="step">Takes a step on a batch that it draws from the model's random stream, and returns the loss.</param>
    /// <returns>What happened, for the model card.</returns>
    internal TrainingRecord Run(string name, OptimisationOptions options, Func<SeededRandom, float> step)
    {
        var (started, losses, random) = (Stopwatch.GetTimestamp(), new List<double>(), Streams.Create($"{name}/batches"));
        var every = Math.Max(1, options.Steps / 10);
        for (var done = 1; done <= options.Steps; done++)
        {
            _cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            losses.Add(step(random));
            var note = done % every == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{name} step {done}: loss {losses.TakeLast(every).Average():0.000}") : null;
            _progress?.Report(new($"{name} steps", done, options.Steps, note));
        }

        var first = losses.Take(every).Average();
        return new(
            options, first, losses.TakeLast(every).Average(), Stopwatch.GetElapsedTime(started), torch.get_num_threads(), 4 * _options.RowsPerDataset,
            _options.Variation, Streams.RootSeed);
    }

    /// <summary>The model's own options, cut to what the run allows.</summary>
    internal OptimisationOptions Limit(OptimisationOptions options) =>
        _options.MaxSteps is { } most && most < options.Steps ? options with { Steps = most } : options;

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        foreach (var data in new[] { _training, _heldOut }.Where(d => d.IsValueCreated))
        {
            data.Value.Dispose();
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
