using System.Numerics;
using System.Numerics.Tensors;
using EmbedKit.Data;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace EmbedKit.Fusion.Stacked;

/// <summary>
/// Trains K models that differ in λ alone, in one pass (<see cref="StackedModel{T}"/>): the numbers of K runs of <see cref="TrainingLoop"/>
/// that share initialisation, minibatches, dropout and noise, but for the order of additions.
/// </summary>
internal sealed class StackedLoop(FusionOptions fusion, LabelEncoding encoding, TrainerOptions options, RandomStreams random)
{
    private const int EvaluationRows = 512;

    /// <summary>
    /// Whether models can be stacked: one hidden layer, not narrower than a vector register, and no noise on the rows that choose the epoch, which
    /// would differ from model to model. All else takes the plain path, with the same numbers.
    /// </summary>
    internal static bool Supports(FusionOptions fusion, TrainerOptions options) =>
        (options.Noise != NoiseKind.Inference || options.Sigma == 0) &&
        fusion.HiddenWidths.Concat(fusion.ImageHiddenWidths).All(ColumnBlocks.Fits) && fusion.HiddenWidths.Count == 1
        && fusion.ImageHiddenWidths.Count == 1;

    /// <summary>Trains.</summary>
    /// <param name="training">What to learn from: normalised, stretched, not shifted; T's precision.</param>
    /// <param name="selection">The rows that choose each model's epoch, not shifted either; null takes the last epoch.</param>
    /// <param name="gap">The modality gap (D), or what stands in its place.</param>
    /// <param name="renormalize">Whether rows are of unit length after the shift.</param>
    /// <param name="lambdas">One λ per model.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    /// <returns>One model per λ, with the weights of its own best epoch; the caller's to dispose.</returns>
    internal IReadOnlyList<(FusionModel Model, EpochChoice Choice)> Run<T>(
        TrainingRows training, SelectionRows? selection, double[] gap, bool renormalize, IReadOnlyList<double> lambdas,
        CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FusionModel Fresh() => new(fusion, training.Rows.TextWidth, training.Rows.ImageWidth, encoding.OutputCount, random, training.Rows.DType);
        (FusionModel Model, EpochChoice Choice)[] results = [.. lambdas.Select(_ => (Fresh(), new EpochChoice(options.PatienceEpochs)))];
        using var grad = no_grad();
        using var stack = new StackedModel<T>(results[0].Model, gap, renormalize, lambdas, options.OptimizerOptions(), random);
        using var rows = new NoisyRows(training.Rows, options, random);
        var order = new MinibatchOrder(training.Rows.Count, options.BatchSize, random.Create("order"));
        var logits = selection is null ? [] : lambdas.Select(_ => new float[selection.Rows.Count * encoding.OutputCount]).ToArray();
        for (var epoch = 1; epoch <= options.Epochs && results.Any(r => !r.Choice.Stopped); epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            TrainingLoop.CheckFinite(Epoch(stack, training, rows, order), epoch, options);
            if (selection is not null)
            {
                Evaluate(stack, selection.Rows, logits);
            }

            for (var k = 0; k < results.Length; k++)
            {
                double? score = selection is null ? null : LogitScores.MacroF1(logits[k], selection.Truth, encoding);
                if (results[k].Choice.Take(epoch, score) && (selection is not null || epoch == options.Epochs))
                {
                    stack.CopyTo(k, results[k].Model);
                }
            }
        }

        return results;
    }

    private static double Epoch<T>(StackedModel<T> stack, TrainingRows training, NoisyRows noisy, MinibatchOrder order)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var last = 0.0;
        foreach (var rows in order.NextEpoch())
        {
            using var step = NewDisposeScope();
            last = stack.Step(noisy.Minibatch(rows), training.Targets.index_select(0, rows), training.Loss);
        }

        return last;
    }

    /// <summary>Logits of all rows, N×C for every model.</summary>
    private static void Evaluate<T>(StackedModel<T> stack, FusionRows rows, float[][] logits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var start = 0; start < rows.Count; start += EvaluationRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(EvaluationRows, rows.Count - start);
            stack.Logits(
                rows.Range(start, count),
                (model, of) => TensorPrimitives.ConvertTruncating(of, logits[model].AsSpan(start * of.Length / count, of.Length)));
        }
    }
}
