using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>
/// x + s₁·attention(norm(x)), then x + s₂·feedforward(norm(x)); the factors s are LayerScale's, or absent. With <see
/// cref="TransformerOptions.PostNorm"/>: norm(x + attention(x)), then norm(x + feedforward(x)).
/// </summary>
internal sealed class TransformerBlock : nn.Module<Tensor, AttentionContext, Tensor>
{
    private readonly TransformerOptions _options;

    internal TransformerBlock(TransformerOptions options)
        : base(nameof(TransformerBlock))
    {
        _options = options;
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
        tokens = Branch(tokens, AttentionNorm, input => Attention.forward(input, context), AttentionScale, context);
        return Branch(tokens, FeedForwardNorm, FeedForward.forward, FeedForwardScale, context);
    }

    internal static nn.Module<Tensor, Tensor> CreateNorm(TransformerOptions options) => options.Normalisation == Normalisation.LayerNorm
        ? nn.LayerNorm(options.Width, options.NormEpsilon)
        : new RmsNorm(options.Width, options.NormEpsilon);

    private Tensor Branch(
        Tensor tokens, nn.Module<Tensor, Tensor> norm, Func<Tensor, Tensor> branch, Parameter? scale, AttentionContext context)
    {
        var added = Scaled(context.Drop(branch(_options.PostNorm ? tokens : norm.forward(tokens)), _options.HiddenDropout), scale);
        return _options.PostNorm ? norm.forward(tokens.Plus(added)) : tokens.Plus(added);
    }

    private static Tensor Scaled(Tensor branch, Parameter? scale) => scale is null ? branch : branch * scale;
}
