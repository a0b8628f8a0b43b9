using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>Minibatches of training rows with their noise, from the stream <c>noise</c>.</summary>
internal sealed class NoisyRows : IDisposable
{
    private readonly Generator _noise;
    private readonly FusionRows _clean;
    private readonly Tensor? _frozen;
    private readonly double _sigma;

    /// <summary>Draws the noise of all rows where it is drawn once.</summary>
    /// <param name="clean">N rows, all copied where noise is frozen.</param>
    /// <param name="options">σ, and when noise is drawn.</param>
    /// <param name="random">The streams.</param>
    internal NoisyRows(FusionRows clean, TrainerOptions options, RandomStreams random)
    {
        (_clean, _sigma, _noise) = (clean, options.Sigma, new Generator(random.SeedOf("noise")));
        if (_sigma > 0 && options.Noise == NoiseKind.Frozen)
        {
            using var scope = NewDisposeScope();
            _frozen = WithNoise(clean.Range(0, clean.Count).clone()).DetachFromDisposeScope();
        }
    }

    /// <summary>A minibatch, made in the caller's dispose scope.</summary>
    /// <param name="rows">B row numbers.</param>
    /// <returns>B×D, the caller's to change.</returns>
    internal Tensor Minibatch(Tensor rows)
    {
        var input = _frozen?.index_select(0, rows) ?? _clean.Take(rows);
        return _sigma > 0 && _frozen is null ? WithNoise(input) : input;
    }

    public void Dispose()
    {
        _frozen?.Dispose();
        _noise.Dispose();
    }

    private Tensor WithNoise(Tensor values) => values.PlusInPlace(randn(values.shape, values.dtype, generator: _noise), _sigma);
}
