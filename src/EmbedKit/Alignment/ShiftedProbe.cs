using System.Numerics.Tensors;
using EmbedKit.Data;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// A linear classifier on n(text + λ/2·g) and n(image − λ/2·g), and the gradient of its loss, λ included. Rows are never shifted: with
/// u = x + a·g, w·n(u) = (w·x + a·w·g)/‖u‖ and ‖u‖² = ‖x‖² + 2a·x·g + a²‖g‖².
/// </summary>
internal sealed class ShiftedProbe
{
    private readonly EmbeddingMatrix[] _modalities;
    private readonly double[] _gap;
    private readonly double _gapSquared;
    private readonly float[] _targets;
    private readonly bool _multilabel;
    private readonly int _classes;

    internal ShiftedProbe(EmbeddingSet prepared, double[] gap, LabelEncoding encoding)
    {
        (_modalities, _gap, _gapSquared) = ([prepared.RequireText(), prepared.RequireImage()], gap, TensorPrimitives.SumOfSquares<double>(gap));
        (_targets, _multilabel, _classes) = (encoding.EncodeMultilabel(prepared.Table), encoding.Task == TaskKind.Multilabel, encoding.Classes.Count);
    }

    /// <summary>Weights of both modalities (2×C×D), biases (C), λ.</summary>
    internal int ParameterCount => (2 * _classes * _gap.Length) + _classes + 1;

    /// <summary>The mean loss over rows and its gradient in the order of the parameters.</summary>
    internal (double Loss, double[] Gradient) LossAndGradient(double[] parameters)
    {
        var (width, rows, lambda) = (_gap.Length, _modalities[0].Rows, parameters[^1]);
        Span<double> Weights(double[] all, int modality, int c) => all.AsSpan(((modality * _classes) + c) * width, width);
        var gradient = new double[parameters.Length];
        var alongGap = new double[2, _classes];
        var pull = new double[2, _classes];
        for (var m = 0; m < 2; m++)
        {
            for (var c = 0; c < _classes; c++)
            {
                alongGap[m, c] = TensorPrimitives.Dot<double>(Weights(parameters, m, c), _gap);
            }
        }

        double[][] row = [new double[width], new double[width]];
        double[,] scores = new double[2, _classes];
        double[] length = new double[2], cosine = new double[2], residual = new double[_classes];
        var (loss, biases) = (0.0, 2 * _classes * width);
        for (var i = 0; i < rows; i++)
        {
            parameters.AsSpan(biases, _classes).CopyTo(residual);
            for (var m = 0; m < 2; m++)
            {
                var a = Amount(m, lambda);
                TensorPrimitives.ConvertChecked<float, double>(_modalities[m].Row(i), row[m]);
                var along = TensorPrimitives.Dot<double>(row[m], _gap);
                length[m] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(row[m]) + (2 * a * along) + (a * a * _gapSquared));
                cosine[m] = (along + (a * _gapSquared)) / length[m];
                for (var c = 0; c < _classes; c++)
                {
                    scores[m, c] = (TensorPrimitives.Dot<double>(Weights(parameters, m, c), row[m]) + (a * alongGap[m, c])) / length[m];
                    residual[c] += scores[m, c];
                }
            }

            loss += Residuals(residual, _targets.AsSpan(i * _classes, _classes)) / rows;
            for (var c = 0; c < _classes; c++)
            {
                var r = residual[c] / rows;
                gradient[biases + c] += r;
                for (var m = 0; m < 2; m++)
                {
                    var share = r / length[m];
                    TensorPrimitives.MultiplyAdd(row[m], share, Weights(gradient, m, c), Weights(gradient, m, c));
                    pull[m, c] += share;
                    gradient[^1] += Amount(m, 1) * share * (alongGap[m, c] - (scores[m, c] * cosine[m]));
                }
            }
        }

        for (var m = 0; m < 2; m++)
        {
            for (var c = 0; c < _classes; c++)
            {
                TensorPrimitives.MultiplyAdd(_gap, Amount(m, lambda) * pull[m, c], Weights(gradient, m, c), Weights(gradient, m, c));
            }
        }

        return (loss, gradient);
    }

    /// <summary>Text (0) moves along the gap, image (1) against it.</summary>
    private static double Amount(int modality, double lambda) => modality == 0 ? lambda / 2 : -lambda / 2;

    /// <summary>Turns logits into probability − target, and gives the row's loss.</summary>
    private double Residuals(double[] logits, ReadOnlySpan<float> targets)
    {
        var (largest, loss) = (logits.Max(), 0.0);
        var all = _multilabel ? 0 : logits.Sum(z => Math.Exp(z - largest));
        for (var c = 0; c < logits.Length; c++)
        {
            var z = logits[c];
            loss += _multilabel
                ? Math.Max(z, 0) - (z * targets[c]) + Math.Log(1 + Math.Exp(-Math.Abs(z)))
                : targets[c] * (largest + Math.Log(all) - z);
            logits[c] = (_multilabel ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z - largest) / all) - targets[c];
        }

        return loss;
    }
}
