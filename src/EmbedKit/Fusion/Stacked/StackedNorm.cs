using System.Numerics;
using System.Numerics.Tensors;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace EmbedKit.Fusion.Stacked;

/// <summary>BatchNorm1d of K models, one at a time: PyTorch's (ε = 1e-5, momentum 0.1), with its gradient.</summary>
internal sealed class StackedNorm<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T Epsilon = T.CreateChecked(1e-5);
    private static readonly T Momentum = T.CreateChecked(0.1);

    private readonly string _name;
    private readonly int _width;
    private readonly StackedWeights<T> _gamma;
    private readonly StackedWeights<T> _beta;
    private readonly T[] _means;
    private readonly T[] _variances;
    private readonly T[] _center;
    private readonly T[] _inverse;
    private readonly T[] _offsetSum;
    private readonly T[] _scaleSum;
    private readonly T[] _work;
    private T[] _normal = [];

    internal StackedNorm(string name, Dictionary<string, Tensor> state, int models)
    {
        (_name, _gamma, _beta) = (name, new(state[$"{name}.weight"], models), new(state[$"{name}.bias"], models));
        _width = (int)state[$"{name}.weight"].shape[0];
        (_means, _variances) = (new T[models * _width], new T[models * _width]);
        _variances.AsSpan().Fill(T.One);
        (_center, _inverse, _offsetSum, _scaleSum, _work) = (new T[_width], new T[_width], new T[_width], new T[_width], new T[_width]);
    }

    /// <summary>Normalises B×H hidden values of one model into its columns of the features.</summary>
    internal void Forward(int model, ReadOnlySpan<T> hidden, bool training, Span<T> features, int stride, int offset)
    {
        var rows = hidden.Length / _width;
        var means = _means.AsSpan(model * _width, _width);
        var variances = _variances.AsSpan(model * _width, _width);
        if (training)
        {
            Statistics(hidden, rows, means, variances);
        }
        else
        {
            means.CopyTo(_center);
            InverseRoot(variances);
        }

        _normal = _normal.Length >= hidden.Length ? _normal : new T[hidden.Length];
        var gamma = _gamma.Of(model);
        var beta = _beta.Of(model);
        for (var row = 0; row < rows; row++)
        {
            var normal = _normal.AsSpan(row * _width, _width);
            TensorPrimitives.Subtract(hidden.Slice(row * _width, _width), _center, normal);
            TensorPrimitives.Multiply(normal, _inverse, normal);
            TensorPrimitives.MultiplyAdd(normal, gamma, beta, features.Slice((row * stride) + offset, _width));
        }
    }

    /// <summary>The gradient of the hidden values from that of the features, after the minibatch's own statistics; updates scale and offset.</summary>
    internal void Backward(int model, ReadOnlySpan<T> gradients, int stride, int offset, Span<T> hidden, AdamWStep<T> step)
    {
        var rows = hidden.Length / _width;
        _offsetSum.AsSpan().Clear();
        _scaleSum.AsSpan().Clear();
        for (var row = 0; row < rows; row++)
        {
            var gradient = gradients.Slice((row * stride) + offset, _width);
            TensorPrimitives.Add(_offsetSum, gradient, _offsetSum);
            TensorPrimitives.MultiplyAdd<T>(gradient, _normal.AsSpan(row * _width, _width), _scaleSum, _scaleSum);
        }

        var share = -T.One / T.CreateChecked(rows);
        TensorPrimitives.Multiply<T>(_offsetSum, share, _center);
        TensorPrimitives.Multiply<T>(_scaleSum, share, _work);
        TensorPrimitives.Multiply<T>(_inverse, _gamma.Of(model), _inverse);
        for (var row = 0; row < rows; row++)
        {
            var target = hidden.Slice(row * _width, _width);
            TensorPrimitives.MultiplyAdd<T>(_normal.AsSpan(row * _width, _width), _work, _center, target);
            TensorPrimitives.Add(target, gradients.Slice((row * stride) + offset, _width), target);
            TensorPrimitives.Multiply(target, _inverse, target);
        }

        _gamma.Update(model, _scaleSum, step);
        _beta.Update(model, _offsetSum, step);
    }

    internal void CopyTo(int model, Dictionary<string, Tensor> state)
    {
        state[$"{_name}.weight"].copy_(_gamma.Values[model]);
        state[$"{_name}.bias"].copy_(_beta.Values[model]);
        _means.AsSpan(model * _width, _width).CopyTo(StackedWeights<T>.Numbers(state[$"{_name}.running_mean"]));
        _variances.AsSpan(model * _width, _width).CopyTo(StackedWeights<T>.Numbers(state[$"{_name}.running_var"]));
    }

    public void Dispose()
    {
        _gamma.Dispose();
        _beta.Dispose();
    }

    private void Statistics(ReadOnlySpan<T> hidden, int rows, Span<T> means, Span<T> variances)
    {
        var each = T.One / T.CreateChecked(rows);
        _center.AsSpan().Clear();
        for (var row = 0; row < rows; row++)
        {
            TensorPrimitives.Add(_center, hidden.Slice(row * _width, _width), _center);
        }

        TensorPrimitives.Multiply<T>(_center, each, _center);
        _scaleSum.AsSpan().Clear();
        for (var row = 0; row < rows; row++)
        {
            TensorPrimitives.Subtract(hidden.Slice(row * _width, _width), _center, _work);
            TensorPrimitives.MultiplyAdd<T>(_work, _work, _scaleSum, _scaleSum);
        }

        TensorPrimitives.Multiply(means, T.One - Momentum, means);
        TensorPrimitives.MultiplyAdd(_center, Momentum, means, means);
        TensorPrimitives.Multiply(variances, T.One - Momentum, variances);
        TensorPrimitives.MultiplyAdd(_scaleSum, Momentum / T.CreateChecked(rows - 1), variances, variances);
        TensorPrimitives.Multiply<T>(_scaleSum, each, _work);
        InverseRoot(_work);
    }

    private void InverseRoot(ReadOnlySpan<T> variances)
    {
        TensorPrimitives.Add(variances, Epsilon, _inverse);
        TensorPrimitives.Sqrt<T>(_inverse, _inverse);
        TensorPrimitives.Divide(T.One, _inverse, _inverse);
    }
}
