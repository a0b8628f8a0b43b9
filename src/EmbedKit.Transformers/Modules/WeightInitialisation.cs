using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>
/// Fresh weights from an explicit generator, as in CLIP (Radford et al. 2021): normal, with variance one over the number of inputs, the
/// layers that write to the residual stream smaller by √(2·layers), biases zero. Factors and norms keep the values their constructors gave.
/// </summary>
internal static class WeightInitialisation
{
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
            else if (parameter.dim() > 1)
            {
                var inputs = parameter.dim() == 4 ? parameter[0].numel() : parameter.shape[^1];
                var residual = name.EndsWith("out.weight", StringComparison.Ordinal) || name.EndsWith("down.weight", StringComparison.Ordinal);
                parameter.normal_(0, 1 / Math.Sqrt(inputs * (residual ? 2 * layers : 1)), generator);
            }
        }

        GC.KeepAlive(generator);
    }
}
