using System.Numerics;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion.Stacked;

/// <summary>BatchNorm1d of K models, one at a time: PyTorch's (ε = 1e-5, momentum 0.1), with its gradient.</summary>
internal sealed class StackedNorm<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly Vector<T> Epsilon = new(T.CreateChecked(1e-5));
    private static readonly T Momentum = T.CreateChecked(0.1);

    private readonly string _name;
    private readonly int _width;
    private readonly int[] _blocks;
    private readonly StackedWeights<T> _gamma;
    private readonly StackedWeights<T> _beta;
    private readonly T[] _means;
    private readonly T[] _variances;
    private readonly T[] _inverse;
    private readonly T[] _gammaGradient;
    private readonly T[] _betaGradient;
    private T[] _normal = [];

    internal StackedNorm(string name, Dictionary<string, Tensor> state, int models)
    {
        (_name, _gamma, _beta) = (name, new(state[$"{name}.weight"], models), new(state[$"{name}.bias"], models));
        _width = (int)state[$"{name}.weight"].shape[0];
        _blocks = ColumnBlocks.Of<T>(_width);
        (_means, _variances) = (new T[models * _width], new T[models * _width]);
        _variances.AsSpan().Fill(T.One);
        (_inverse, _gammaGradient, _betaGradient) = (new T[_width], new T[_width], new T[_width]);
    }

    /// <summary>Normalises B×H hidden values of one model into its columns of the features.</summary>
    internal void Forward(int model, ReadOnlySpan<T> hidden, bool training, Span<T> features, int stride, int offset)
    {
        var rows = hidden.Length / _width;
        _normal = _normal.Length >= hidden.Length ? _normal : new T[hidden.Length];
        var means = _means.AsSpan(model * _width, _width);
        var variances = _variances.AsSpan(model * _width, _width);
        var gamma = _gamma.Of(model);
        var beta = _beta.Of(model);

        // What is left of the running statistics; the minibatch's part is added to that, from copies, since a block may be done twice.
        Span<T> keptMeans = stackalloc T[_width], keptVariances = stackalloc T[_width];
        means.CopyTo(keptMeans);
        variances.CopyTo(keptVariances);
        foreach (var block in _blocks)
        {
            var mean = new Vector<T>(keptMeans[block..]);
            var variance = new Vector<T>(keptVariances[block..]);
            if (training)
            {
                var (batchMean, squares) = Statistics(hidden[block..], rows);
                ((mean * (T.One - Momentum)) + (batchMean * Momentum)).CopyTo(means[block..]);
                ((variance * (T.One - Momentum)) + (squares * (Momentum / T.CreateChecked(rows - 1)))).CopyTo(variances[block..]);
                (mean, variance) = (batchMean, squares * (T.One / T.CreateChecked(rows)));
            }

            var inverse = Vector<T>.One / Vector.SquareRoot(variance + Epsilon);
            inverse.CopyTo(_inverse, block);
            Vector<T> scale = new(gamma[block..]), shift = new(beta[block..]);
            for (int row = 0, at = block; row < rows; row++, at += _width)
            {
                var normal = (new Vector<T>(hidden[at..]) - mean) * inverse;
                normal.CopyTo(_normal, at);
                ((normal * scale) + shift).CopyTo(features[((row * stride) + offset + block)..]);
            }
        }
    }

    /// <summary>The gradient of the hidden values from that of the features, after the minibatch's own statistics; updates scale and
    /// offset.</summary>
    internal void Backward(int model, ReadOnlySpan<T> gradients, int stride, int offset, Span<T> hidden, AdamWStep<T> step)
    {
        var rows = hidden.Length / _width;
        var share = -T.One / T.CreateChecked(rows);
        var gamma = _gamma.Of(model);
        foreach (var block in _blocks)
        {
            Vector<T> sum = Vector<T>.Zero, along = Vector<T>.Zero;
            for (int row = 0, at = block, from = offset + block; row < rows; row++, at += _width, from += stride)
            {
                var gradient = new Vector<T>(gradients[from..]);
                sum += gradient;
                along += gradient * new Vector<T>(_normal, at);
            }

            sum.CopyTo(_betaGradient, block);
            along.CopyTo(_gammaGradient, block);
            Vector<T> center = sum * share, tilt = along * share, scale = new Vector<T>(_inverse, block) * new Vector<T>(gamma[block..]);
            for (int row = 0, at = block, from = offset + block; row < rows; row++, at += _width, from += stride)
            {
                var gradient = new Vector<T>(gradients[from..]) + (new Vector<T>(_normal, at) * tilt) + center;
                (gradient * scale).CopyTo(hidden[at..]);
            }
        }

        _gamma.Update(model, _gammaGradient, step);
        _beta.Update(model, _betaGradient, step);
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

    /// <summary>Mean of a block's columns, and the sum of squared distances from it.</summary>
    private (Vector<T> Mean, Vector<T> Squares) Statistics(ReadOnlySpan<T> hidden, int rows)
    {
        Vector<T> sum = Vector<T>.Zero, squares = Vector<T>.Zero;
        for (int row = 0, at = 0; row < rows; row++, at += _width)
        {
            sum += new Vector<T>(hidden[at..]);
        }

        var mean = sum * (T.One / T.CreateChecked(rows));
        for (int row = 0, at = 0; row < rows; row++, at += _width)
        {
            var distance = new Vector<T>(hidden[at..]) - mean;
            squares += distance * distance;
        }

        return (mean, squares);
    }
}
