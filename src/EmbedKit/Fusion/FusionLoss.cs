using System.Numerics;
using System.Numerics.Tensors;
using EmbedKit.Data;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace EmbedKit.Fusion;

/// <summary>Which form of the weighted loss is minimised.</summary>
public enum LossKind
{
    /// <summary>
    /// As the published code: multiclass cross-entropy on float one-hot targets with balanced weights, divided by the number of rows; binary
    /// without weight (the weight it computes for one output is 1); multilabel with a per-label <c>weight</c> N/(L·positives).
    /// </summary>
    Published,

    /// <summary>
    /// As the textbooks: multiclass cross-entropy divided by the sum of the rows' weights; binary and multilabel with
    /// <c>pos_weight</c> = negatives/positives.
    /// </summary>
    Textbook,
}

/// <summary>The loss of a task, with weights learned from training rows.</summary>
internal sealed class FusionLoss : IDisposable
{
    private readonly LossKind _kind;
    private readonly TaskKind _task;
    private readonly Tensor? _weight;

    private FusionLoss(LossKind kind, TaskKind task, double[]? weight, ScalarType dtype)
    {
        (_kind, _task, Weights) = (kind, task, weight);
        _weight = weight is null ? null : tensor(weight, dtype: dtype).DetachFromDisposeScope();
    }

    /// <summary>One weight per output, or null where the loss has none.</summary>
    public IReadOnlyList<double>? Weights { get; }

    /// <summary>Learns the weights.</summary>
    /// <param name="kind">The form of the loss.</param>
    /// <param name="encoding">The label.</param>
    /// <param name="trainingRows">The rows the weights are counted over.</param>
    /// <param name="dtype">Precision of the logits to come.</param>
    /// <exception cref="InputException">A class or label has no positive training row, or (textbook) a label has no other.</exception>
    public static FusionLoss Fit(LossKind kind, LabelEncoding encoding, TextTable trainingRows, ScalarType dtype = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        ArgumentNullException.ThrowIfNull(trainingRows);
        var counts = ClassWeights.Positives(encoding.EncodeMultilabel(trainingRows), encoding.Classes.Count);
        var empty = Array.IndexOf(counts, 0);
        if (empty >= 0)
        {
            throw new InputException($"{trainingRows.Source}: no training row is positive for '{encoding.Classes[empty]}'; expected at least one.");
        }

        double PositiveWeight(int i) => counts[i] < trainingRows.RowCount
            ? (trainingRows.RowCount - counts[i]) / (double)counts[i]
            : throw new InputException(
                $"{trainingRows.Source}: every training row is positive for '{encoding.Classes[i]}'; expected some that are not.");
        return Create(kind, encoding.Task, (kind, encoding.Task) switch
        {
            (_, TaskKind.Multiclass) => ClassWeights.Balanced(counts),
            (LossKind.Published, TaskKind.Multilabel) => ClassWeights.Multilabel(trainingRows.RowCount, counts),
            (LossKind.Published, TaskKind.Binary) => null,
            (_, TaskKind.Binary) => [PositiveWeight(1)],
            _ => [.. Enumerable.Range(0, counts.Length).Select(PositiveWeight)],
        }, dtype);
    }

    internal static FusionLoss Create(LossKind kind, TaskKind task, double[]? weight, ScalarType dtype = ScalarType.Float32) =>
        new(kind, task, weight, dtype);

    /// <summary>The loss of a minibatch.</summary>
    /// <param name="logits">N×C.</param>
    /// <param name="targets">N×C, 0 and 1, of the same precision; multiclass: one-hot.</param>
    /// <returns>A scalar, mean over the minibatch.</returns>
    public Tensor Compute(Tensor logits, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        if (_task != TaskKind.Multiclass)
        {
            return _kind == LossKind.Published
                ? nn.functional.binary_cross_entropy_with_logits(logits, targets, weight: _weight!)
                : nn.functional.binary_cross_entropy_with_logits(logits, targets, pos_weights: _weight!);
        }

        // Cross-entropy on probabilities as targets: PyTorch divides by N here, and by the sum of weights only for index targets.
        return _kind == LossKind.Published
            ? nn.functional.cross_entropy(logits, targets, _weight!)
            : nn.functional.cross_entropy(logits, targets, _weight!, reduction: nn.Reduction.Sum) / (targets * _weight!).sum();
    }

    /// <summary>The loss of a minibatch with its gradient written out: what <see cref="Compute"/> and autograd give, several times faster.</summary>
    /// <param name="logits">N×C.</param>
    /// <param name="targets">N×C, 0 and 1; multiclass: one-hot.</param>
    /// <param name="gradients">N×C, of the logits.</param>
    /// <returns>The loss, mean over the minibatch.</returns>
    internal double Gradient<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradients)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        _task == TaskKind.Multiclass ? SoftmaxGradient(logits, targets, gradients) : SigmoidGradient(logits, targets, gradients);

    /// <inheritdoc/>
    public void Dispose() => _weight?.Dispose();

    private double SoftmaxGradient<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradients)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var outputs = Weights!.Count;
        var (total, divisor) = (0.0, 0.0);
        for (var start = 0; start < logits.Length; start += outputs)
        {
            var row = logits.Slice(start, outputs);
            var gradient = gradients.Slice(start, outputs);
            var label = TensorPrimitives.IndexOfMax(targets.Slice(start, outputs));
            var weight = Weights[label];
            TensorPrimitives.SoftMax(row, gradient);
            total -= weight * (double.CreateTruncating(row[label]) - LogSumExp(row));
            divisor += _kind == LossKind.Published ? 1 : weight;
            gradient[label] -= T.One;
            TensorPrimitives.Multiply(gradient, T.CreateTruncating(weight), gradient);
        }

        TensorPrimitives.Divide(gradients, T.CreateTruncating(divisor), gradients);
        return total / divisor;
    }

    private double SigmoidGradient<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradients)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var total = 0.0;
        TensorPrimitives.Sigmoid(logits, gradients);
        for (var i = 0; i < logits.Length; i++)
        {
            var (logit, target) = (double.CreateTruncating(logits[i]), double.CreateTruncating(targets[i]));
            var weight = Weights is null ? 1 : Weights[i % Weights.Count];
            var (positive, negative) = _kind == LossKind.Published ? (weight * target, weight * (1 - target)) : (weight * target, 1 - target);
            var softplus = Math.Max(logit, 0) + double.LogP1(Math.Exp(-Math.Abs(logit)));
            total += (positive * (softplus - logit)) + (negative * softplus);
            gradients[i] = ((gradients[i] * T.CreateTruncating(positive + negative)) - T.CreateTruncating(positive)) / T.CreateTruncating(
                logits.Length);
        }

        return total / logits.Length;
    }

    private static double LogSumExp<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (largest, sum) = (double.CreateTruncating(TensorPrimitives.Max(row)), 0.0);
        foreach (var value in row)
        {
            sum += Math.Exp(double.CreateTruncating(value) - largest);
        }

        return largest + Math.Log(sum);
    }
}
