using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>Shape of a BERT-like encoder; the default is BERT-base.</summary>
internal sealed record BertOptions
{
    /// <summary>Token ids there are. Default 30,522.</summary>
    public int VocabularySize { get; init; } = 30_522;

    /// <summary>Most tokens of a text. Default 512.</summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>Kinds of tokens (first and second text of a pair). Default 2.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>The blocks.</summary>
    public TransformerOptions Transformer { get; init; } = new()
    {
        Width = 768,
        Layers = 12,
        Heads = 12,
        FeedForwardWidth = 3072,
        NormEpsilon = 1e-12f,
        PostNorm = true,
        HiddenDropout = 0.1,
        AttentionDropout = 0.1,
    };
}

/// <summary>BERT (Devlin et al. 2019): learned positions, sums normalised after each branch, every token sees every other.</summary>
internal sealed class BertEncoder : nn.Module<Tensor, Tensor?, Tensor>
{
    /// <summary>Makes one with fresh weights.</summary>
    /// <param name="options">Its shape.</param>
    /// <param name="generator">The source of the weights.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public BertEncoder(BertOptions options, Generator generator)
        : base(nameof(BertEncoder))
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        var width = options.Transformer.Width;
        Embedding = nn.Embedding(options.VocabularySize, width);
        Positions = new Parameter(torch.zeros(options.MaxLength, width));
        Types = new Parameter(torch.zeros(options.TokenTypes, width));
        TokenNorm = nn.LayerNorm(width, options.Transformer.NormEpsilon);
        Blocks = new(options.Transformer, options.MaxLength);
        register_module("embedding", Embedding);
        register_parameter("positions", Positions);
        register_parameter("types", Types);
        register_module("token_norm", TokenNorm);
        register_module("blocks", Blocks);
        this.Initialise(generator);
    }

    /// <summary>The shape.</summary>
    public BertOptions Options { get; }

    internal TorchSharp.Modules.Embedding Embedding { get; }

    internal Parameter Positions { get; }

    internal Parameter Types { get; }

    internal LayerNorm TokenNorm { get; }

    internal TransformerStack Blocks { get; }

    /// <summary>The last hidden states of single texts.</summary>
    /// <param name="ids">B×T int64.</param>
    /// <param name="attentionMask">B×T int64, 1 for a token and 0 for padding; null when nothing is padded.</param>
    /// <returns>B×T×W; rows of padding mean nothing.</returns>
    public override Tensor forward(Tensor ids, Tensor? attentionMask)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var tokens = Embedding.forward(ids).Plus(Positions.narrow(0, 0, ids.shape[1])).Plus(Types.narrow(0, 0, 1));
        return Blocks.forward(TokenNorm.forward(tokens), attentionMask);
    }
}
