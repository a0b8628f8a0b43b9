using System.Numerics.Tensors;
using EmbedKit.Data;
using EmbedKit.Evaluation;

namespace EmbedKit.Fusion;

/// <summary>What rows of logits (N×C) say.</summary>
internal static class LogitScores
{
    /// <summary>
    /// Predicted class indices (N), or for multilabel N×L of 0 and 1. Binary and multilabel: 1 where the logit is above 0, as the published
    /// code rounds its sigmoid.
    /// </summary>
    internal static int[] Predicted(ReadOnlySpan<float> logits, TaskKind task, int outputs)
    {
        var predicted = new int[task == TaskKind.Multiclass ? logits.Length / outputs : logits.Length];
        for (var i = 0; i < predicted.Length; i++)
        {
            predicted[i] = task == TaskKind.Multiclass ? TensorPrimitives.IndexOfMax(logits.Slice(i * outputs, outputs)) : logits[i] > 0 ? 1 : 0;
        }

        return predicted;
    }

    /// <summary>Macro-F1 over the training classes from logits alone: cheap enough for every epoch.</summary>
    /// <param name="logits">N×C.</param>
    /// <param name="truth">Class indices, or N×L of 0 and 1.</param>
    /// <param name="encoding">The label.</param>
    internal static double MacroF1(ReadOnlySpan<float> logits, int[] truth, LabelEncoding encoding)
    {
        var predicted = Predicted(logits, encoding.Task, encoding.OutputCount);
        var labels = encoding.Classes.Count;
        int[] Column(int[] values, int label) => [.. Enumerable.Range(0, values.Length / labels).Select(row => values[(row * labels) + label])];
        return encoding.Task == TaskKind.Multilabel
            ? Enumerable.Range(0, labels).Average(l => ConfusionMatrix.Count(Column(truth, l), Column(predicted, l), 2).F1(1))
            : ConfusionMatrix.Count(truth, predicted, labels).MacroF1;
    }

    /// <summary>
    /// Probabilities, N×classes: the softmax of a row (multiclass), or the sigmoid of each logit (binary: of the negative and the positive class).
    /// </summary>
    /// <param name="logits">N×C.</param>
    /// <param name="task">The kind of label.</param>
    /// <param name="outputs">C.</param>
    /// <param name="temperature">What logits are divided by (<see cref="TemperatureScaling"/>).</param>
    internal static double[] Probabilities(ReadOnlySpan<float> logits, TaskKind task, int outputs, double temperature = 1)
    {
        var values = new double[logits.Length];
        TensorPrimitives.ConvertChecked(logits, values);
        TensorPrimitives.Divide<double>(values, temperature, values);
        if (task != TaskKind.Multiclass)
        {
            TensorPrimitives.Sigmoid<double>(values, values);
            return task == TaskKind.Binary ? [.. values.SelectMany(p => (double[])[1 - p, p])] : values;
        }

        for (var start = 0; start < values.Length; start += outputs)
        {
            var row = values.AsSpan(start, outputs);
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<double>(row), row);
            TensorPrimitives.SoftMax<double>(row, row);
        }

        return values;
    }
}
