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
        for (var i = 0; i < logits.Length; i++)
        {
            var (row, output) = Math.DivRem(i, bias.Length);
            logits[i] = TensorPrimitives.Dot(features.Slice(row * _width, _width), weight.Slice(output * _width, _width)) + bias[output];
        }
    }

    /// <summary>Turns the gradient of the logits into that of the features, and updates the model's numbers.</summary>
    /// <param name="model">Which of the K.</param>
    /// <param name="logits">B×C gradients.</param>
    /// <param name="features">B×F features; their gradients afterwards.</param>
    /// <param name="step">The optimiser's step.</param>
    internal void Backward(int model, ReadOnlySpan<T> logits, Span<T> features, AdamWStep<T> step)
    {
        var weight = _weight.Of(model);
        var outputs = _biasGradient.Length;
        for (var row = 0; row < logits.Length / outputs; row++)
        {
            var feature = features.Slice(row * _width, _width);
            var gradient = logits.Slice(row * outputs, outputs);
            for (var output = 0; output < outputs; output++)
            {
                var sum = _weightGradient.AsSpan(output * _width, _width);
                TensorPrimitives.MultiplyAdd(feature, gradient[output], sum, sum);
            }

            feature.Clear();
            for (var output = 0; output < outputs; output++)
            {
                TensorPrimitives.MultiplyAdd(weight.Slice(output * _width, _width), gradient[output], feature, feature);
            }

            TensorPrimitives.Add<T>(_biasGradient, gradient, _biasGradient);
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
