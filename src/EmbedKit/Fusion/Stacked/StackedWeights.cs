using System.Numerics;
using System.Runtime.InteropServices;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion.Stacked;

/// <summary>Numbers that K models learn, one block a model, with AdamW's moments of them.</summary>
internal sealed class StackedWeights<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _block;
    private readonly T[] _first;
    private readonly T[] _second;

    /// <summary>Gives every model the same start.</summary>
    /// <param name="start">The numbers of one model.</param>
    /// <param name="models">K.</param>
    internal StackedWeights(Tensor start, int models)
    {
        _block = (int)start.numel();
        Values = start.reshape(1, -1).repeat(models, 1).DetachFromDisposeScope();
        (_first, _second) = (new T[models * _block], new T[models * _block]);
    }

    /// <summary>K×(numbers of one model).</summary>
    internal Tensor Values { get; }

    /// <summary>The numbers of one model.</summary>
    internal Span<T> Of(int model) => Numbers(Values).Slice(model * _block, _block);

    /// <summary>One AdamW update of one model's numbers.</summary>
    /// <param name="model">Which of the K.</param>
    /// <param name="gradients">As many as the model has numbers; zero afterwards.</param>
    /// <param name="step">The step's factors.</param>
    internal void Update(int model, Span<T> gradients, AdamWStep<T> step) =>
        step.Update(Of(model), gradients, _first.AsSpan(model * _block, _block), _second.AsSpan(model * _block, _block));

    /// <summary>The numbers of a tensor in native memory, row-major.</summary>
    internal static Span<T> Numbers(Tensor contiguous) => MemoryMarshal.Cast<byte, T>(contiguous.bytes);

    public void Dispose() => Values.Dispose();
}
