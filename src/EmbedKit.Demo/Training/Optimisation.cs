using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace EmbedKit.Demo.Training;

/// <summary>Takes one optimiser step at a time; everything a step allocates is freed at its end.</summary>
internal sealed class Optimisation : IDisposable
{
    private readonly OptimisationOptions _options;
    private readonly Parameter[] _parameters;
    private readonly AdamW _matrices;
    private readonly AdamW _vectors;

    internal Optimisation(IEnumerable<Parameter> parameters, OptimisationOptions options)
    {
        (_options, _parameters) = (options, [.. parameters]);
        _matrices = new(_parameters.Where(p => p.dim() > 1), new(options.LearningRate, options.WeightDecay));
        _vectors = new(_parameters.Where(p => p.dim() <= 1), new(options.LearningRate, WeightDecay: 0));
    }

    /// <summary>Steps taken.</summary>
    internal int Steps { get; private set; }

    /// <summary>One step.</summary>
    /// <param name="computeLoss">Runs the model and returns a scalar.</param>
    /// <returns>The loss before the step.</returns>
    internal float Step(Func<Tensor> computeLoss)
    {
        using var scope = NewDisposeScope();
        var loss = computeLoss();
        loss.backward();
        nn.utils.clip_grad_norm_(_parameters, _options.MaxGradientNorm);
        var share = _options.Schedule(Steps);
        _matrices.Step(share);
        _vectors.Step(share);
        Steps++;
        return loss.item<float>();
    }

    public void Dispose()
    {
        _matrices.Dispose();
        _vectors.Dispose();
    }
}
