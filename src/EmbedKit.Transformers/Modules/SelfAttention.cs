using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>Multi-head self-attention over B×T×W tokens (Vaswani et al. 2017).</summary>
internal sealed class SelfAttention : nn.Module<Tensor, AttentionContext, Tensor>
{
    private readonly int _heads;
    private readonly double _dropout;

    internal SelfAttention(TransformerOptions options)
        : base(nameof(SelfAttention))
    {
        (_heads, _dropout) = (options.Heads, options.AttentionDropout);
        Projections = nn.Linear(options.Width, 3 * options.Width, options.Bias);
        Out = nn.Linear(options.Width, options.Width, options.Bias);
        register_module("qkv", Projections);
        register_module("out", Out);
    }

    /// <summary>Query, key and value, stacked: W → 3·W.</summary>
    internal TorchSharp.Modules.Linear Projections { get; }

    internal TorchSharp.Modules.Linear Out { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tokens, AttentionContext context)
    {
        var (batch, length, width) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        var qkv = Projections.forward(tokens).view(batch, length, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4);
        var (query, key, value) = (qkv[0], qkv[1], qkv[2]);
        if (context.Cosine is { } cosine)
        {
            query = RotaryPositions.Turn(query, cosine, context.Sine!);
            key = RotaryPositions.Turn(key, cosine, context.Sine!);
        }

        if (context.Dropout is not null && _dropout > 0)
        {
            return Out.forward(Dropped(query, key, value, context).transpose(1, 2).reshape(batch, length, width));
        }

        // Causality is part of the mask when there is one: the native kernel takes one or the other.
        var mixed = nn.functional.scaled_dot_product_attention(query, key, value, context.Mask, 0, is_casual: context.Causal && context.Mask is null);
        return Out.forward(mixed.transpose(1, 2).reshape(batch, length, width));
    }

    /// <summary>Attention written out: the native kernel draws its dropout from the process's one generator.</summary>
    private Tensor Dropped(Tensor query, Tensor key, Tensor value, AttentionContext context)
    {
        var scores = torch.matmul(query, key.transpose(-2, -1)).Times(1 / Math.Sqrt(query.shape[^1]));
        if (context.Mask is { } mask)
        {
            scores = scores.Plus(mask);
        }
        else if (context.Causal)
        {
            var length = query.shape[2];
            scores = scores.Plus(torch.zeros(length, length).Plus(AttentionContext.Hidden).triu(1));
        }

        return torch.matmul(context.Drop(scores.softmax(-1), _dropout), value);
    }
}

/// <summary>What every block of one forward pass shares.</summary>
/// <param name="Causal">Whether later tokens are hidden.</param>
/// <param name="Mask">Added to the attention scores, B×1×T×T; null when nothing is padded.</param>
/// <param name="Cosine">Rotary cosines, T×D; null without rotary positions.</param>
/// <param name="Sine">Rotary sines, T×D.</param>
internal sealed record AttentionContext(bool Causal, Tensor? Mask = null, Tensor? Cosine = null, Tensor? Sine = null)
{
    // Finite, so that a row with nothing to attend to gives a number, not NaN; such rows are padding, and nobody reads them.
    internal const float Hidden = -1e9f;

    /// <summary>Where dropout is drawn from; null: none.</summary>
    internal Generator? Dropout { get; init; }

    /// <summary>Dropout, while there is any.</summary>
    internal Tensor Drop(Tensor values, double share) => Dropout is { } generator && share > 0 ? values.Dropped(share, generator) : values;
}
