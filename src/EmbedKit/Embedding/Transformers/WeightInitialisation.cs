using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Embedding.Transformers;

/// <summary>
/// Fresh weights from an explicit generator: N(0, 0.02²) as in GPT-2 and ViT, patches by their fan-in, the layers that write to the residual
/// stream smaller by √(2·layers), biases zero. Factors and norms keep the values their constructors gave.
/// </summary>
internal static class WeightInitialisation
{
    private const double Deviation = 0.02;

    /// <summary>Overwrites whatever torch's own constructors drew, so that only <paramref name="generator"/> decides.</summary>
    internal static void Initialise(this nn.Module module, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var layers = module.named_modules().Count(m => m.module is TransformerBlock);
        foreach (var (name, parameter) in module.named_parameters())
        {
            var leaf = name[(name.LastIndexOf('.') + 1)..];
            if (leaf == "bias")
            {
                parameter.zero_();
            }
            else if (parameter.dim() == 4)
            {
                parameter.normal_(0, 1 / Math.Sqrt(parameter[0].numel()), generator);
            }
            else if (parameter.dim() > 1)
            {
                var residual = name.EndsWith("out.weight", StringComparison.Ordinal) || name.EndsWith("down.weight", StringComparison.Ordinal);
                parameter.normal_(0, residual ? Deviation / Math.Sqrt(2 * layers) : Deviation, generator);
            }
        }
    }
}
