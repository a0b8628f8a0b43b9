using System.Numerics;
using System.Numerics.Tensors;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace EmbedKit.Fusion.Stacked;

/// <summary>The last linear layer of K models, one at a time.</summary>
internal sealed class StackedHead<T>(Dictionary<string, Tensor> state, int models) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string Weight = "fc2.weight";
    private const string Bias = "fc2.bias";
    private readonly int _width = (int)state[Weight].shape[1];
    private readonly int[] _blocks = ColumnBlocks.Of<T>((int)state[Weight].shape[1]);
    private readonly StackedWeights<T> _weight = new(state[Weight], models);
    private readonly StackedWeights<T> _bias = new(state[Bias], models);
    private readonly T[] _weightGradient = new T[state[Weight].numel()];
    private readonly T[] _biasGradient = new T[state[Bias].numel()];

    /// <summary>Logits of one model.</summary>
    /// <param name="model">Which of the K.</param>
    /// <param name="features">B×F.</param>
    /// <param name="logits">B×C.</param>
    internal void Forward(int model, ReadOnlySpan<T> features, Span<T> logits)
    {
        var weight = _weight.Of(model);
        var bias = _bias.Of(model);
        for (int row = 0, i = 0; i < logits.Length; row++)
        {
            var feature = features.Slice(row * _width, _width);
            for (var output = 0; output < bias.Length; output++, i++)
            {
                logits[i] = TensorPrimitives.Dot(feature, weight.Slice(output * _width, _width)) + bias[output];
            }
        }
    }

    /// <summary>The gradient of the features from that of the logits; updates the model's numbers.</summary>
    /// <param name="model">Which of the K.</param>
    /// <param name="logits">B×C gradients.</param>
    /// <param name="features">B×F features.</param>
    /// <param name="gradients">B×F, theirs.</param>
    /// <param name="step">The optimiser's step.</param>
    internal void Backward(int model, ReadOnlySpan<T> logits, ReadOnlySpan<T> features, Span<T> gradients, AdamWStep<T> step)
    {
        var weight = _weight.Of(model);
        var outputs = _biasGradient.Length;
        Span<Vector<T>> sums = stackalloc Vector<T>[outputs];
        foreach (var block in _blocks)
        {
            sums.Clear();
            for (int at = block, from = 0; from < logits.Length; at += _width, from += outputs)
            {
                var feature = new Vector<T>(features[at..]);
                var gradient = Vector<T>.Zero;
                for (var output = 0; output < outputs; output++)
                {
                    var slope = new Vector<T>(logits[from + output]);
                    sums[output] += feature * slope;
                    gradient += new Vector<T>(weight[((output * _width) + block)..]) * slope;
                }

                gradient.CopyTo(gradients[at..]);
            }

            for (var output = 0; output < outputs; output++)
            {
                sums[output].CopyTo(_weightGradient, (output * _width) + block);
            }
        }

        for (var i = 0; i < logits.Length; i++)
        {
            _biasGradient[i % outputs] += logits[i];
        }

        _weight.Update(model, _weightGradient, step);
        _bias.Update(model, _biasGradient, step);
    }

    internal void CopyTo(int model, Dictionary<string, Tensor> state)
    {
        state[Weight].copy_(_weight.Values[model].view(-1, _width));
        state[Bias].copy_(_bias.Values[model]);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
