using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>The objective of language models: predict each token from those before it.</summary>
internal sealed class CausalLanguageTraining(LlamaDecoder model, OptimisationOptions options) : IDisposable
{
    /// <summary>Target of padding, which cross-entropy leaves out.</summary>
    private const long Ignored = -100;
    private readonly Optimisation _optimisation = new(model.parameters(), options);

    /// <summary>One step.</summary>
    /// <param name="batch">The texts.</param>
    /// <returns>Mean cross-entropy a token, in nats: ln(vocabulary) at chance.</returns>
    internal float Step(TokenBatch batch) => _optimisation.Step(() => Loss(batch));

    /// <summary>Mean cross-entropy a token, without learning.</summary>
    /// <param name="batch">The texts.</param>
    internal float Evaluate(TokenBatch batch)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return Loss(batch).item<float>();
    }

    public void Dispose() => _optimisation.Dispose();

    private Tensor Loss(TokenBatch batch)
    {
        var length = batch.Ids.shape[1] - 1;
        var logits = model.Logits(model.forward(batch.Ids.narrow(1, 0, length), null));
        var next = torch.where(batch.Mask.narrow(1, 1, length).to(ScalarType.Bool), batch.Ids.narrow(1, 1, length), torch.tensor([Ignored]));
        return nn.functional.cross_entropy(logits.flatten(0, 1), next.flatten(), ignore_index: Ignored);
    }
}
