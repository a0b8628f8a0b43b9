using System.Numerics.Tensors;
using EmbedKit.Data;

namespace EmbedKit.Fusion;

/// <summary>
/// Temperature scaling (Guo et al. 2017): logits are divided by one number T, chosen so that the probabilities of validation rows cost the least
/// log loss. It changes how sure a model is (T above 1: less), never what it predicts.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>The smallest and the largest T: where every validation row is right, the best T would be 0, and probabilities 0 and 1.</summary>
    public const double Least = 0.05;

    /// <inheritdoc cref="Least"/>
    public const double Most = 20;

    /// <summary>T for the logits of validation rows.</summary>
    /// <param name="logits">N×C.</param>
    /// <param name="truth">In the form of <see cref="FusionRows.Truth"/>.</param>
    /// <param name="task">The kind of label.</param>
    /// <param name="outputs">C.</param>
    internal static double Fit(ReadOnlySpan<float> logits, ReadOnlySpan<int> truth, TaskKind task, int outputs)
    {
        var values = new double[logits.Length];
        TensorPrimitives.ConvertChecked(logits, values);

        // The loss is convex in 1/T, so its slope crosses zero once.
        var (low, high) = (1 / Most, 1 / Least);
        for (var i = 0; i < 80; i++)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = Slope(values, truth, task, outputs, middle) < 0 ? (middle, high) : (low, middle);
        }

        return 1 / Math.Sqrt(low * high);
    }

    /// <summary>d(sum of log losses)/d(1/T): Σ over rows of the expected minus the true logit.</summary>
    private static double Slope(double[] logits, ReadOnlySpan<int> truth, TaskKind task, int outputs, double inverse)
    {
        var sum = 0.0;
        if (task != TaskKind.Multiclass)
        {
            for (var i = 0; i < logits.Length; i++)
            {
                sum += logits[i] * ((1 / (1 + Math.Exp(-inverse * logits[i]))) - truth[i]);
            }

            return sum;
        }

        var probabilities = new double[outputs];
        for (var row = 0; row < truth.Length; row++)
        {
            var of = logits.AsSpan(row * outputs, outputs);
            TensorPrimitives.Subtract(of, TensorPrimitives.Max<double>(of), probabilities);
            TensorPrimitives.Multiply<double>(probabilities, inverse, probabilities);
            TensorPrimitives.SoftMax<double>(probabilities, probabilities);
            sum += TensorPrimitives.Dot<double>(probabilities, of) - of[truth[row]];
        }

        return sum;
    }
}
