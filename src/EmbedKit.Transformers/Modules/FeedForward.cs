using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>The feed-forward half of a block, applied to every token alone.</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    internal FeedForward(TransformerOptions options)
        : base(nameof(FeedForward))
    {
        Kind = options.FeedForward;
        Up = nn.Linear(options.Width, options.FeedForwardWidth, options.Bias);
        Down = nn.Linear(options.FeedForwardWidth, options.Width, options.Bias);
        register_module("up", Up);
        register_module("down", Down);
        if (Kind == FeedForwardKind.SwiGlu)
        {
            Gate = nn.Linear(options.Width, options.FeedForwardWidth, options.Bias);
            register_module("gate", Gate);
        }
    }

    internal FeedForwardKind Kind { get; }

    internal TorchSharp.Modules.Linear Up { get; }

    internal TorchSharp.Modules.Linear Down { get; }

    /// <summary>SwiGLU's second projection; null for the other kinds.</summary>
    internal TorchSharp.Modules.Linear? Gate { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var up = Up.forward(input);
        return Down.forward(Kind switch
        {
            FeedForwardKind.Gelu => nn.functional.gelu(up),
            FeedForwardKind.QuickGelu => up * torch.sigmoid(up.Times(1.702)),
            _ => up * nn.functional.silu(Gate!.forward(input)),
        });
    }
}
