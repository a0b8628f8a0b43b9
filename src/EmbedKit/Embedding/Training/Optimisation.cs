using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Embedding.Training;

/// <summary>Takes one optimiser step at a time; everything a step allocates is freed at its end.</summary>
internal sealed class Optimisation : IDisposable
{
    private readonly OptimisationOptions _options;
    private readonly Parameter[] _parameters;
    private readonly AdamW _optimiser;

    internal Optimisation(IEnumerable<Parameter> parameters, OptimisationOptions options)
    {
        (_options, _parameters) = (options, [.. parameters]);
        var decayed = new AdamW.ParamGroup(_parameters.Where(p => p.dim() > 1), new AdamW.Options { LearningRate = options.LearningRate, weight_decay = options.WeightDecay });
        var others = new AdamW.ParamGroup(_parameters.Where(p => p.dim() <= 1), new AdamW.Options { LearningRate = options.LearningRate, weight_decay = 0 });
        _optimiser = optim.AdamW([decayed, others], options.LearningRate);
    }

    /// <summary>Steps taken.</summary>
    internal int Steps { get; private set; }

    /// <summary>One step.</summary>
    /// <param name="computeLoss">Runs the model and returns a scalar.</param>
    /// <returns>The loss before the step.</returns>
    internal float Step(Func<Tensor> computeLoss)
    {
        using var scope = NewDisposeScope();
        foreach (var group in _optimiser.ParamGroups)
        {
            group.LearningRate = _options.LearningRate * _options.Schedule(Steps);
        }

        _optimiser.zero_grad();
        var loss = computeLoss();
        loss.backward();
        nn.utils.clip_grad_norm_(_parameters, _options.MaxGradientNorm);
        _optimiser.step();
        Steps++;
        return loss.item<float>();
    }

    public void Dispose() => _optimiser.Dispose();
}
