using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>Shape of a LLaMA-like decoder.</summary>
internal sealed record LlamaOptions
{
    /// <summary>Token ids there are. Default 1,000.</summary>
    public int VocabularySize { get; init; } = 1000;

    /// <summary>Most tokens of a text. Default 256.</summary>
    public int MaxLength { get; init; } = 256;

    /// <summary>The blocks; the default has LLaMA's switches at width 192.</summary>
    public TransformerOptions Transformer { get; init; } = new()
    {
        Width = 192,
        Layers = 2,
        Heads = 6,
        FeedForwardWidth = 512,
        Normalisation = Normalisation.RmsNorm,
        FeedForward = FeedForwardKind.SwiGlu,
        Bias = false,
        Causal = true,
        RotaryBase = 10_000,
    };
}

/// <summary>LLaMA's decoder (Touvron et al. 2023): RMSNorm, rotary positions, SwiGLU, causal; output weights tied to the token embeddings.</summary>
internal sealed class LlamaDecoder : nn.Module<Tensor, Tensor?, Tensor>
{
    /// <summary>Makes one with fresh weights.</summary>
    /// <param name="options">Its shape.</param>
    /// <param name="generator">The source of the weights.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public LlamaDecoder(LlamaOptions options, Generator generator)
        : base(nameof(LlamaDecoder))
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Embedding = nn.Embedding(options.VocabularySize, options.Transformer.Width);
        Blocks = new(options.Transformer, options.MaxLength);
        register_module("embedding", Embedding);
        register_module("blocks", Blocks);
        this.Initialise(generator);
    }

    /// <summary>The shape.</summary>
    public LlamaOptions Options { get; }

    internal TorchSharp.Modules.Embedding Embedding { get; }

    internal TransformerStack Blocks { get; }

    /// <summary>The last hidden states, after the last norm.</summary>
    /// <param name="ids">B×T int64.</param>
    /// <param name="attentionMask">B×T int64, 1 for a token and 0 for padding on either side; null when nothing before a token is padding.</param>
    /// <returns>B×T×W; rows of padding mean nothing.</returns>
    public override Tensor forward(Tensor ids, Tensor? attentionMask) => Blocks.forward(Embedding.forward(ids), attentionMask);

    /// <summary>Scores of the next token.</summary>
    /// <param name="hidden">…×W hidden states.</param>
    /// <returns>…×V logits.</returns>
    public Tensor Logits(Tensor hidden) => torch.matmul(hidden, Embedding.weight!.t());
}
