using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>x / √(mean(x²) + ε) · weight over the last axis (Zhang and Sennrich 2019).</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    internal RmsNorm(int width, float epsilon)
        : base(nameof(RmsNorm))
    {
        Epsilon = epsilon;
        Weight = new Parameter(torch.ones(width));
        register_parameter("weight", Weight);
    }

    internal float Epsilon { get; }

    internal Parameter Weight { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input * input.Squared().mean([-1], keepdim: true).Plus(Epsilon).rsqrt() * Weight;
}
