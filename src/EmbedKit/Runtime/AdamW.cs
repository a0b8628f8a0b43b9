using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace EmbedKit.Runtime;

/// <summary>The numbers of AdamW (Loshchilov and Hutter 2019) or Adam (Kingma and Ba 2015), PyTorch's defaults but for those the paper
/// sets.</summary>
/// <param name="LearningRate">Step size, before any schedule.</param>
/// <param name="WeightDecay">Decay, on every parameter.</param>
/// <param name="Coupled">
/// Whether the decay is an L2 term of the gradient, as in <c>torch.optim.Adam</c>, and so passes through the moments; AdamW takes it off the weights.
/// </param>
public readonly record struct AdamWOptions(double LearningRate, double WeightDecay, bool Coupled = false)
{
    internal const double Beta1 = 0.9;
    internal const double Beta2 = 0.999;
    internal const double Epsilon = 1e-8;
}

/// <summary>The factors of one step, and the step: decay, both moments, the update, and the gradient set back to zero, in one pass over
/// memory.</summary>
internal readonly record struct AdamWStep<T>(T Keep, T Rate, T Scale, T Pull)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The factors of a step.</summary>
    /// <param name="options">AdamW's numbers.</param>
    /// <param name="step">From 1.</param>
    internal static AdamWStep<T> Of(AdamWOptions options, int step) => new(
        options.Coupled ? T.One : T.CreateChecked(1 - (options.LearningRate * options.WeightDecay)),
        T.CreateChecked(options.LearningRate / (1 - Math.Pow(AdamWOptions.Beta1, step))),
        T.CreateChecked(1 / Math.Sqrt(1 - Math.Pow(AdamWOptions.Beta2, step))),
        options.Coupled ? T.CreateChecked(options.WeightDecay) : T.Zero);

    /// <summary>Updates weights and moments in place.</summary>
    internal void Update(Span<T> weights, Span<T> gradients, Span<T> first, Span<T> second)
    {
        T beta1 = T.CreateChecked(AdamWOptions.Beta1), beta2 = T.CreateChecked(AdamWOptions.Beta2), epsilon = T.CreateChecked(AdamWOptions.Epsilon);
        T rest1 = T.CreateChecked(1 - AdamWOptions.Beta1), rest2 = T.CreateChecked(1 - AdamWOptions.Beta2);
        var all = MemoryMarshal.Cast<T, Vector<T>>(weights);
        var slopes = MemoryMarshal.Cast<T, Vector<T>>(gradients)[..all.Length];
        var means = MemoryMarshal.Cast<T, Vector<T>>(first)[..all.Length];
        var squares = MemoryMarshal.Cast<T, Vector<T>>(second)[..all.Length];
        for (var j = 0; j < all.Length; j++)
        {
            var w = all[j];
            var g = slopes[j] + (w * Pull);
            var m = (means[j] * beta1) + (g * rest1);
            var v = (squares[j] * beta2) + (g * g * rest2);
            all[j] = (w * Keep) - (m * Rate / ((Vector.SquareRoot(v) * Scale) + new Vector<T>(epsilon)));
            (means[j], squares[j], slopes[j]) = (m, v, Vector<T>.Zero);
        }

        for (var i = all.Length * Vector<T>.Count; i < weights.Length; i++)
        {
            var g = gradients[i] + (weights[i] * Pull);
            first[i] = (first[i] * beta1) + (g * rest1);
            second[i] = (second[i] * beta2) + (g * g * rest2);
            weights[i] = (weights[i] * Keep) - (first[i] * Rate / ((T.Sqrt(second[i]) * Scale) + epsilon));
            gradients[i] = T.Zero;
        }
    }
}

/// <summary>
/// AdamW (or Adam) over parameters in CPU memory, equal to PyTorch's, in one pass: decay, both moments, the step, and the gradient set back to zero.
/// </summary>
/// <remarks>
/// At batch 64 the optimiser is bound by memory traffic: PyTorch's own takes about ten passes over the weights, this takes one. Gradients
/// are buffers made here that autograd adds into, so no tensor is made or freed per step.
/// </remarks>
public sealed class AdamW : IDisposable
{
    private readonly AdamWOptions _options;
    private readonly List<State> _states;
    private int _step;

    /// <summary>Prepares moments of zero; gradients are set to zero.</summary>
    /// <param name="parameters">Float32 or float64 parameters in CPU memory.</param>
    /// <param name="options">Step size and decay.</param>
    public AdamW(IEnumerable<TorchSharp.Modules.Parameter> parameters, AdamWOptions options)
    {
        _options = options;
        _states = [.. parameters.Select(p => new State(p))];
    }

    /// <summary>One update from the gradients that backward has added up; they are zero afterwards.</summary>
    /// <param name="share">Share of the learning rate that a schedule leaves to this step.</param>
    public void Step(double share = 1)
    {
        var rate = share * _options.LearningRate;
        _step++;
        foreach (var state in _states)
        {
            if (state.Parameter.dtype == ScalarType.Float64)
            {
                Update<double>(state, rate);
            }
            else
            {
                Update<float>(state, rate);
            }
        }
    }

    /// <summary>Frees the moments and the gradients.</summary>
    public void Dispose()
    {
        foreach (var state in _states)
        {
            state.Dispose();
        }
    }

    private void Update<T>(State state, double rate)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        AdamWStep<T>.Of(_options with { LearningRate = rate }, _step)
            .Update(Values<T>(state.Parameter), Values<T>(state.Gradient), Values<T>(state.First), Values<T>(state.Second));

    private static Span<T> Values<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>A parameter, the gradient buffer autograd adds into, and the two moments.</summary>
    private sealed class State : IDisposable
    {
        internal State(TorchSharp.Modules.Parameter parameter)
        {
            Parameter = parameter;
            using var grad = no_grad();
            Gradient = zeros_like(parameter).DetachFromDisposeScope();
            First = zeros_like(parameter).DetachFromDisposeScope();
            Second = zeros_like(parameter).DetachFromDisposeScope();
            parameter.grad = Gradient;
        }

        internal TorchSharp.Modules.Parameter Parameter { get; }

        internal Tensor Gradient { get; }

        internal Tensor First { get; }

        internal Tensor Second { get; }

        public void Dispose()
        {
            Parameter.grad = null;
            Gradient.Dispose();
            First.Dispose();
            Second.Dispose();
        }
    }
}
