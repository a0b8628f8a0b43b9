using EmbedKit.Data;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// Trains K models that differ in λ alone, in one pass (<see cref="StackedModel"/>): the numbers of K runs of <see cref="TrainingLoop"/>
/// that share initialisation, minibatches, dropout and noise, but for the order of additions.
/// </summary>
internal sealed class StackedLoop(FusionOptions fusion, LabelEncoding encoding, TrainerOptions options, RandomStreams random)
{
    private const int EvaluationRows = 512;

    /// <summary>Whether models of this shape can be stacked: one hidden layer.</summary>
    internal static bool Supports(FusionOptions fusion) => fusion.HiddenWidths.Count == 1 && fusion.ImageHiddenWidths.Count == 1;

    /// <summary>Trains.</summary>
    /// <param name="training">What to learn from: normalised, stretched, not shifted.</param>
    /// <param name="selection">The rows that choose each model's epoch, not shifted either; null takes the last epoch.</param>
    /// <param name="gap">The modality gap (D).</param>
    /// <param name="lambdas">One λ per model.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <returns>One model per λ, with the weights of its own best epoch; the caller's to dispose.</returns>
    internal IReadOnlyList<(FusionModel Model, EpochChoice Choice)> Run(
        TrainingRows training, SelectionRows? selection, double[] gap, IReadOnlyList<double> lambdas, CancellationToken cancellation)
    {
        FusionModel Fresh() => new(fusion, training.Rows.TextWidth, training.Rows.ImageWidth, encoding.OutputCount, random, training.Rows.Values.dtype);
        (FusionModel Model, EpochChoice Choice)[] results = [.. lambdas.Select(_ => (Fresh(), new EpochChoice(options.PatienceEpochs)))];
        using var stack = new StackedModel(results[0].Model, gap, lambdas, random);
        using var optimizer = new AdamW(stack.Parameters, new(options.LearningRate, options.WeightDecay));
        using var noise = new Generator(random.SeedOf("noise"));
        using var scope = NewDisposeScope();
        var order = new MinibatchOrder(training.Rows.Count, options.BatchSize, random.Create("order"));
        var scales = options.Sigma > 0 ? null : stack.Scales(training.Rows.Values);
        for (var epoch = 1; epoch <= options.Epochs && results.Any(r => !r.Choice.Stopped); epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            TrainingLoop.CheckFinite(Epoch(stack, training, scales, order, optimizer, noise), epoch, options);
            var logits = selection is null ? null : Logits(stack, selection.Rows.Values);
            var each = (selection?.Rows.Count ?? 0) * encoding.OutputCount;
            for (var k = 0; k < results.Length; k++)
            {
                double? score = selection is null ? null : LogitScores.MacroF1(logits.AsSpan(k * each, each), selection.Truth, encoding);
                if (results[k].Choice.Take(epoch, score) && (selection is not null || epoch == options.Epochs))
                {
                    stack.CopyTo(k, results[k].Model);
                }
            }
        }

        return results;
    }

    private double Epoch(StackedModel stack, TrainingRows training, IReadOnlyList<Tensor>? scales, MinibatchOrder order, AdamW optimizer, Generator noise)
    {
        using var scope = NewDisposeScope();
        var last = 0.0;
        foreach (var rows in order.NextEpoch())
        {
            using var step = NewDisposeScope();
            var input = training.Rows.Values.index_select(0, rows);
            if (options.Sigma > 0)
            {
                input.PlusInPlace(randn(input.shape, input.dtype, generator: noise), options.Sigma);
            }

            var logits = stack.Forward(input, scales is null ? stack.Scales(input) : [.. scales.Select(s => s.index_select(0, rows))], training: true);
            var models = logits.shape[0];
            var targets = training.Targets.index_select(0, rows).repeat(models, 1);

            // The loss is a mean over all K·B rows; each model's own mean, which its gradient is of, is K times its part of that.
            var loss = training.Loss.Compute(logits.reshape(-1, logits.shape[2]), targets).Times(models);
            loss.backward();
            optimizer.Step();
            last = loss.Value();
        }

        return last;
    }

    /// <summary>Logits of all rows for every model, K×N×C.</summary>
    private static float[] Logits(StackedModel stack, Tensor values)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var parts = new List<Tensor>();
        for (var start = 0L; start < values.shape[0]; start += EvaluationRows)
        {
            var rows = values.narrow(0, start, Math.Min(EvaluationRows, values.shape[0] - start));
            parts.Add(stack.Forward(rows, stack.Scales(rows), training: false));
        }

        return cat(parts, 1).to(ScalarType.Float32).data<float>().ToArray();
    }
}
