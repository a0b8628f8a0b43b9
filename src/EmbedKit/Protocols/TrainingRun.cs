using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols;

/// <summary>
/// A training run in a folder: the model (<see cref="FusionModelFile"/>), <c>predictions.csv</c> of the test rows, <c>metrics.json</c> of every
/// evaluated split and <c>history.csv</c>.
/// </summary>
public static class TrainingRun
{
    private const string Predictions = "predictions.csv";
    private const string MetricsName = "metrics.json";
    private const string History = "history.csv";

    /// <summary>Trains and writes.</summary>
    /// <param name="folder">New, empty, or of the same run.</param>
    /// <param name="set">Embeddings as stored, with a split column.</param>
    /// <param name="labels">One label column, or several of 0 and 1.</param>
    /// <param name="options">Model, training, rules, alignment.</param>
    /// <param name="random">The root.</param>
    /// <param name="progress">Counts epochs.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <returns>The result, to be disposed, and the files written.</returns>
    /// <exception cref="InputException">The folder holds something else; or the run is not possible with these rows or options, and nothing is
    /// written.</exception>
    public static (ProtocolResult Result, IReadOnlyList<string> Files) Run(
        string folder, EmbeddingSet set, IReadOnlyList<string> labels, ProtocolOptions options, RandomStreams random,
        IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Validate();
        options.Fusion.CheckRows(set);
        var data = ProtocolData.Prepare(set, labels, options.LeaksInForce, random);
        _ = ProtocolRun.CalibrationRows(data, options);
        var description = Describe(set, labels, options, random);
        if (options.Calibrate)
        {
            description["calibrate"] = "temperature";
        }

        RunFolder.Claim(folder, "train", new(description));
        ProtocolResult result;
        try
        {
            result = ProtocolRun.Run(data, options, random, progress, cancellation);
        }
        catch (InputException)
        {
            RunFolder.Release(folder);
            throw;
        }

        string At(string name) => Path.Combine(folder, name);
        var metrics = result.Results.ToDictionary(r => r.Split.Text(), r => r.Metrics.ToNamed());
        FileGroup.Write([At(Predictions), At(History), At(MetricsName)], staged =>
        {
            PredictionFile.Write(staged[0], result.Test.Predictions);
            HistoryTable(result.Model.History).Write(staged[1]);
            JsonStyle.Write(staged[2], metrics);
        });
        return (result, [.. FusionModelFile.Write(folder, result.Model, description), At(Predictions), At(MetricsName), At(History)]);
    }

    private static SortedDictionary<string, string> Describe(
        EmbeddingSet set, IReadOnlyList<string> labels, ProtocolOptions options, RandomStreams random) => new(StringComparer.Ordinal)
        {
            ["data"] = SetFingerprint.Of(set),
            ["label"] = string.Join(' ', labels),
            ["seed"] = random.RootSeed.ToString(CultureInfo.InvariantCulture),
            ["protocol"] = options.Protocol.Text(),
            ["leaks"] = options.LeaksInForce.ToString(),
            ["fusion"] = $"{options.Fusion.Kind} hidden={string.Join('-', options.Fusion.HiddenWidths)} "
                + $"image_hidden={string.Join('-', options.Fusion.ImageHiddenWidths)} " +
            $"dropout={options.Fusion.Dropout.ToString(CultureInfo.InvariantCulture)}",
            ["trainer"] = options.Trainer.ToString(),
            ["lambda"] = options.Lambda?.ToString(CultureInfo.InvariantCulture) ?? "none",
            ["prenormalize"] = options.Prenormalize.ToString(),
        };

    private static TextTable HistoryTable(IReadOnlyList<EpochRecord> history)
    {
        string[] Column(Func<EpochRecord, IFormattable?> value) =>
            [.. history.Select(e => value(e)?.ToString(null, CultureInfo.InvariantCulture) ?? "")];
        return new(
            ["epoch", "train_loss", "selection_f1_macro"], [Column(e => e.Epoch), Column(e => e.Loss), Column(e => e.SelectionMacroF1)], History);
    }
}
