using System.Numerics;
using System.Numerics.Tensors;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace EmbedKit.Fusion.Stacked;

/// <summary>
/// The hidden layer of K models (Linear → ReLU → Dropout → BatchNorm1d) over the same rows, each model shifting them by its own λ. The
/// products of all models are one matrix product; the rest goes model by model, so that what it touches stays in the processor's cache.
/// </summary>
/// <remarks>
/// The shift is never applied to rows: W·n(x + a·g) = (W·x + a·W·g)/‖x + a·g‖, and its gradient is that of a linear layer over x and g.
/// </remarks>
internal sealed class StackedLayer<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly string _name;
    private readonly int _models;
    private readonly StackedColumns<T>[] _columns;
    private readonly StackedWeights<T>[] _weights;
    private readonly StackedWeights<T> _bias;
    private readonly StackedNorm<T> _norm;
    private readonly T[] _biasGradient;
    private readonly int[] _blocks;
    private Tensor[] _products = [];
    private T[][] _scales = [];
    private T[] _hidden = [];
    private T[] _gate = [];
    private int _rows;

    /// <summary>Stacks the layer of a fresh model.</summary>
    /// <param name="name">Its name in the model.</param>
    /// <param name="columns">The modalities it reads.</param>
    /// <param name="state">The fresh model's numbers.</param>
    /// <param name="models">K.</param>
    internal StackedLayer(string name, StackedColumns<T>[] columns, Dictionary<string, Tensor> state, int models)
    {
        var weight = state[$"{name}.0.weight"];
        (_name, _columns, _models, Width) = (name, columns, models, (int)weight.shape[0]);
        _weights = [.. columns.Select(c => new StackedWeights<T>(weight.narrow(1, c.Start - columns[0].Start, c.Width).contiguous(), models))];
        _bias = new(state[$"{name}.0.bias"], models);
        _norm = new($"{name}.3", state, models);
        _biasGradient = new T[Width];
        _blocks = ColumnBlocks.Of<T>(Width);
    }

    /// <summary>H.</summary>
    internal int Width { get; }

    /// <summary>The products of all models with a minibatch: what <see cref="Forward"/> goes on from.</summary>
    /// <param name="rows">(B+1)×D: the minibatch and, last, the gap.</param>
    internal void Multiply(Tensor rows)
    {
        var stride = (int)rows.shape[1];
        _rows = (int)rows.shape[0] - 1;
        var values = StackedWeights<T>.Numbers(rows)[..(_rows * stride)];
        Array.Resize(ref _scales, _columns.Length);
        _products = [.. _columns.Select((c, i) => c.Of(rows).mm(_weights[i].Values.view(_models * Width, c.Width).t()))];
        for (var i = 0; i < _columns.Length; i++)
        {
            _scales[i] = Room(_scales[i], _models * _rows);
            _columns[i].Scales(values, stride, _scales[i]);
        }

        (_hidden, _gate) = (Room(_hidden, _rows * Width), Room(_gate, _rows * Width));
    }

    /// <summary>Features of one model.</summary>
    /// <param name="model">Which of the K.</param>
    /// <param name="keep">B×H: what dropout multiplies by; empty drops nothing.</param>
    /// <param name="training">Whether BatchNorm takes the minibatch's statistics.</param>
    /// <param name="features">B rows of <paramref name="stride"/>, of which this layer fills H from <paramref name="offset"/>.</param>
    /// <param name="stride">Length of a row of features.</param>
    /// <param name="offset">Where this layer's begin.</param>
    internal void Forward(int model, ReadOnlySpan<T> keep, bool training, Span<T> features, int stride, int offset)
    {
        var bias = _bias.Of(model);
        var hidden = _hidden.AsSpan(0, _rows * Width);
        foreach (var block in _blocks)
        {
            var offsets = new Vector<T>(bias[block..]);
            for (var i = 0; i < _columns.Length; i++)
            {
                var products = StackedWeights<T>.Numbers(_products[i])[((model * Width) + block)..];
                var scales = _scales[i].AsSpan(model * _rows, _rows);
                var step = new Vector<T>(products[(_rows * _models * Width)..]) * _columns[i].Steps[model];
                for (int row = 0, at = block; row < _rows; row++, at += Width)
                {
                    var before = i == 0 ? offsets : new Vector<T>(hidden[at..]);
                    (before + ((new Vector<T>(products[(row * _models * Width)..]) + step) * scales[row])).CopyTo(hidden[at..]);
                }
            }
        }

        Rectify(hidden, keep, _gate.AsSpan(0, hidden.Length));
        _norm.Forward(model, hidden, training, features, stride, offset);
    }

    /// <summary>Learns from the gradient of one model's features, and updates its numbers.</summary>
    /// <param name="model">Which of the K; the last that went through <see cref="Forward"/>.</param>
    /// <param name="rows">What <see cref="Multiply"/> was given.</param>
    /// <param name="gradients">B rows of <paramref name="stride"/>, the features' gradients.</param>
    /// <param name="stride">Length of a row.</param>
    /// <param name="offset">Where this layer's begin.</param>
    /// <param name="step">The optimiser's step.</param>
    internal void Backward(int model, Tensor rows, ReadOnlySpan<T> gradients, int stride, int offset, AdamWStep<T> step)
    {
        var before = _hidden.AsSpan(0, _rows * Width);
        _norm.Backward(model, gradients, stride, offset, before, step);
        TensorPrimitives.Multiply(before, _gate.AsSpan(0, before.Length), before);

        // The products have been read: their room takes the gradients of them.
        for (var i = 0; i < _columns.Length; i++)
        {
            var products = StackedWeights<T>.Numbers(_products[i])[(model * Width)..];
            var scales = _scales[i].AsSpan(model * _rows, _rows);
            foreach (var block in _blocks)
            {
                var sum = Vector<T>.Zero;
                for (var row = 0; row < _rows; row++)
                {
                    var gradient = new Vector<T>(before[((row * Width) + block)..]) * scales[row];
                    gradient.CopyTo(products[((row * _models * Width) + block)..]);
                    sum += gradient;
                }

                (sum * _columns[i].Steps[model]).CopyTo(products[((_rows * _models * Width) + block)..]);
            }

            using var weights = _products[i].narrow(1, model * Width, Width).t().mm(_columns[i].Of(rows));
            _weights[i].Update(model, StackedWeights<T>.Numbers(weights), step);
        }

        foreach (var block in _blocks)
        {
            var sum = Vector<T>.Zero;
            for (var at = block; at < before.Length; at += Width)
            {
                sum += new Vector<T>(before[at..]);
            }

            sum.CopyTo(_biasGradient, block);
        }

        _bias.Update(model, _biasGradient, step);
    }

    /// <summary>Copies one model's numbers.</summary>
    internal void CopyTo(int model, Dictionary<string, Tensor> state)
    {
        using var weight = cat([.. _weights.Select((w, i) => w.Values[model].view(Width, _columns[i].Width))], 1);
        state[$"{_name}.0.weight"].copy_(weight);
        state[$"{_name}.0.bias"].copy_(_bias.Values[model]);
        _norm.CopyTo(model, state);
    }

    public void Dispose()
    {
        foreach (var weights in _weights)
        {
            weights.Dispose();
        }

        _bias.Dispose();
        _norm.Dispose();
    }

    private static T[] Room(T[]? array, int length) => array is not null && array.Length >= length ? array : new T[length];

    /// <summary>ReLU and dropout in place; the gate is what the hidden value was multiplied by, which is also its gradient's factor.</summary>
    private static void Rectify(Span<T> hidden, ReadOnlySpan<T> keep, Span<T> gate)
    {
        var i = 0;
        for (; i <= hidden.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var value = new Vector<T>(hidden[i..]);
            var factor = keep.IsEmpty ? Vector<T>.One : new Vector<T>(keep[i..]);
            Vector.ConditionalSelect(Vector.GreaterThan(value, Vector<T>.Zero), factor, Vector<T>.Zero).CopyTo(gate[i..]);
        }

        for (; i < hidden.Length; i++)
        {
            gate[i] = hidden[i] > T.Zero ? keep.IsEmpty ? T.One : keep[i] : T.Zero;
        }

        TensorPrimitives.Multiply(hidden, gate, hidden);
    }
}
