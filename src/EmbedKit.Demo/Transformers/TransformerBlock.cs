using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Transformers;

/// <summary>x + s₁·attention(norm(x)), then x + s₂·feedforward(norm(x)); the factors s are LayerScale's, or absent.</summary>
internal sealed class TransformerBlock : nn.Module<Tensor, AttentionContext, Tensor>
{
    internal TransformerBlock(TransformerOptions options)
        : base(nameof(TransformerBlock))
    {
        AttentionNorm = CreateNorm(options);
        Attention = new(options);
        FeedForwardNorm = CreateNorm(options);
        FeedForward = new(options);
        register_module("attention_norm", AttentionNorm);
        register_module("attention", Attention);
        register_module("feed_forward_norm", FeedForwardNorm);
        register_module("feed_forward", FeedForward);
        if (options.LayerScale is { } scale)
        {
            AttentionScale = new Parameter(torch.ones(options.Width).Times(scale));
            FeedForwardScale = new Parameter(torch.ones(options.Width).Times(scale));
            register_parameter("attention_scale", AttentionScale);
            register_parameter("feed_forward_scale", FeedForwardScale);
        }
    }

    internal nn.Module<Tensor, Tensor> AttentionNorm { get; }

    internal SelfAttention Attention { get; }

    internal Parameter? AttentionScale { get; }

    internal nn.Module<Tensor, Tensor> FeedForwardNorm { get; }

    internal FeedForward FeedForward { get; }

    internal Parameter? FeedForwardScale { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tokens, AttentionContext context)
    {
        tokens = tokens.Plus(Scaled(Attention.forward(AttentionNorm.forward(tokens), context), AttentionScale));
        return tokens.Plus(Scaled(FeedForward.forward(FeedForwardNorm.forward(tokens)), FeedForwardScale));
    }

    internal static nn.Module<Tensor, Tensor> CreateNorm(TransformerOptions options) => options.Normalisation == Normalisation.LayerNorm
        ? nn.LayerNorm(options.Width, options.NormEpsilon)
        : new RmsNorm(options.Width, options.NormEpsilon);

    private static Tensor Scaled(Tensor branch, Parameter? scale) => scale is null ? branch : branch * scale;
}
