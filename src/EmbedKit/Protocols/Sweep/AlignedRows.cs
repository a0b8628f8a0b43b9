using System.Collections.Concurrent;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Fusion.Stacked;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols.Sweep;

/// <summary>
/// The rows of one fold as one aligner leaves them: all that its models share. A shift along a vector is learned once and λ varied, without
/// moving training rows; any other aligner moves all rows once, and what is left is a shift by nothing. Safe from any thread.
/// </summary>
/// <remarks>
/// Noise comes where it comes for a shift at λ = 0 then: on aligned training rows, before they get unit length again. Centring and fresh noise
/// are so the C3 of arXiv 2401.08567.
/// </remarks>
internal sealed class AlignedRows : IDisposable
{
    /// <summary>Rows to predict are prepared once, unless they take more bytes than this; then at each prediction, in blocks.</summary>
    private const long PreparedBytes = 64L << 20;

    private readonly SweepOptions _options;
    private readonly ProtocolData _data;
    private readonly TrainingSet _training;
    private readonly EmbeddingSet _selection;
    private readonly FittedShift? _shift;
    private readonly Measured[] _measured;
    private readonly Lazy<StackedRows> _rows;
    private readonly ConcurrentDictionary<string, Lazy<StackedTraining>> _stacks = new(StringComparer.Ordinal);

    /// <summary>Learns the alignment.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="aligner">By name.</param>
    /// <param name="options">The sweep's.</param>
    /// <param name="random">The sweep's root.</param>
    internal AlignedRows(ProtocolData data, string aligner, SweepOptions options, RandomStreams random)
    {
        (_options, _data, _training, _selection) = (options, data, data.Training, data.Selection);
        var space = new SpaceOptions { Prenormalize = options.Prenormalize };
        var usesLambda = Aligners.UsesLambda(aligner);
        var chosen = Aligners.Create(aligner, new() { Lambda = usesLambda ? 0 : null, Space = space, Labels = options.Labels, Random = random });

        // The published leak is a gap over all rows; labels of test rows are shown to nobody.
        var fitted = Aligners.UsesLabels(aligner) ? chosen.Fit(data.Training) : data.Fit(chosen.Fit);
        if (usesLambda)
        {
            _shift = (FittedShift)fitted;
            var prepared = _shift.WithoutPreparing();
            _measured = [.. data.Evaluated.Select(e => Fits(e.Rows)
                ? new Measured(e.Split, _shift.Prepare(e.Rows), prepared, GapAlongLambda.Of(e.Rows, _shift, options.Lambdas))
                : new(e.Split, e.Rows, _shift, GapAlongLambda.Of(e.Rows, _shift, options.Lambdas)))];
        }
        else
        {
            var moved = data.Evaluated.Select(e => e.Rows).Append(_selection).Distinct().ToDictionary(rows => rows, rows => fitted.Transform(rows));
            var learned = fitted.Transform(_training.Rows);
            (_training, _selection) = (_training.With(learned.Image, learned.Text), moved[_selection]);
            _shift = learned is { Image: { } image, Text: { } text } && image.Dimension == text.Dimension ? FittedShift.Nothing(image.Dimension)
                : null;
            double Gap(EmbeddingSet rows, SpaceOptions how) =>
                rows.Image is null || rows.Text is null ? double.NaN
                    : GapAlongLambda.Of(rows, FittedShift.Nothing(how, rows.RequireImage().Dimension, rows.RequireText().Dimension), []).Before;
            _measured =
                [.. data.Evaluated.Select(e => new Measured(e.Split, moved[e.Rows], _shift, new(Gap(e.Rows, space), [Gap(moved[e.Rows], new())])))];
        }

        _rows = new(() => new(_training, _selection, _shift!));
    }

    /// <summary>Trains and measures the models of a part. The streams' names have no aligner, λ, σ or width: comparisons along them are
    /// paired.</summary>
    /// <param name="part">The part.</param>
    /// <param name="streams">The streams of its fold, fusion and seed.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <returns>For each λ, a measurement for each evaluated split.</returns>
    internal IReadOnlyList<IReadOnlyList<ModelMeasurement>> Train(SweepPart part, RandomStreams streams, CancellationToken cancellation)
    {
        IReadOnlyList<TrainedModel> models = [];
        try
        {
            models = Models(part, _options.Trainer with { Sigma = part.Sigma }, streams, cancellation);
            return [.. models.Select((model, i) => Measure(model, part.Lambdas[i]))];
        }
        finally
        {
            foreach (var model in models)
            {
                model.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var stack in _stacks.Values.Where(s => s.IsValueCreated))
        {
            stack.Value.Dispose();
        }

        if (_rows.IsValueCreated)
        {
            _rows.Value.Dispose();
        }
    }

    private IReadOnlyList<TrainedModel> Models(SweepPart part, TrainerOptions trainer, RandomStreams streams, CancellationToken cancellation)
    {
        double[] lambdas = [.. part.Lambdas.Select(lambda => lambda ?? 0)];
        if (_shift is not null && SweepPart.InOnePass(_options, part.Fusion, part.Sigma))
        {
            var stack = _stacks.GetOrAdd($"{part.Fusion.Kind}/{part.Fusion.HiddenText}", _ => new(() =>
                new(_rows.Value, _training, _selection, _data.Encoding, part.Fusion, trainer.Loss, _shift)));
            return stack.Value.Train(trainer, streams, lambdas, cancellation);
        }

        // A part of several λ is one that shifts only what is predicted: one model, trained at λ = 0.
        var trained = lambdas.Length > 1 || _options.ShiftAt == ShiftAt.Test ? 0 : lambdas[0];
        var one = Trainer.Train(
            _training, _selection, _data.Encoding, part.Fusion, trainer, streams, _shift?.At(trained), cancellation: cancellation);
        return [.. lambdas.Select(lambda => one with { Shift = _shift?.At(lambda) })];
    }

    private ModelMeasurement[] Measure(TrainedModel model, double? lambda) => [.. _measured.Select(rows =>
    {
        var predictions = (model with { Shift = rows.Shift?.At(lambda ?? 0) }).Predict(rows.Rows);
        var gap = rows.Gap.After[lambda is { } of ? _options.Lambdas.Index().First(l => l.Item == of).Index : 0];
        return new ModelMeasurement(
            lambda, new(rows.Split, predictions, Metrics.Compute(predictions)), model.ChosenEpoch, model.EpochsRun, rows.Gap.Before, gap);
    })];

    private static bool Fits(EmbeddingSet rows) =>
        2L * sizeof(float) * rows.Count * Math.Max(rows.RequireImage().Dimension, rows.RequireText().Dimension) <= PreparedBytes;

    /// <summary>Rows to measure on, what is left to be done to them, and their gap.</summary>
    private sealed record Measured(Split Split, EmbeddingSet Rows, FittedShift? Shift, GapAlongLambda Gap);
}
