using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>Shape of a CLIP-like text encoder.</summary>
internal sealed record ClipTextOptions
{
    /// <summary>Token ids there are. Default 1,000.</summary>
    public int VocabularySize { get; init; } = 1000;

    /// <summary>Most tokens of a text, start and end included. Default 77, CLIP's.</summary>
    public int MaxLength { get; init; } = 77;

    /// <summary>The id of <c>&lt;|endoftext|&gt;</c>, whose first place in a text is where the embedding is read. Default 999.</summary>
    public int EndToken { get; init; } = 999;

    /// <summary>Width of the space shared with images. Default 64.</summary>
    public int ProjectionWidth { get; init; } = 64;

    /// <summary>The blocks; causal in CLIP.</summary>
    public TransformerOptions Transformer { get; init; } = new() { FeedForward = FeedForwardKind.QuickGelu, Causal = true };
}

/// <summary>CLIP's text encoder (Radford et al. 2021): causal, read at the end token, projected.</summary>
internal sealed class ClipTextTransformer : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes one with fresh weights.</summary>
    /// <param name="options">Its shape.</param>
    /// <param name="generator">The source of the weights.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public ClipTextTransformer(ClipTextOptions options, Generator generator)
        : base(nameof(ClipTextTransformer))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.EndToken, options.VocabularySize);
        Options = options;
        Embedding = nn.Embedding(options.VocabularySize, options.Transformer.Width);
        Positions = new Parameter(torch.zeros(options.MaxLength, options.Transformer.Width));
        Blocks = new(options.Transformer, options.MaxLength);
        Projection = nn.Linear(options.Transformer.Width, options.ProjectionWidth, hasBias: false);
        register_module("embedding", Embedding);
        register_parameter("positions", Positions);
        register_module("blocks", Blocks);
        register_module("projection", Projection);
        this.Initialise(generator);
    }

    /// <summary>The shape.</summary>
    public ClipTextOptions Options { get; }

    internal TorchSharp.Modules.Embedding Embedding { get; }

    internal Parameter Positions { get; }

    internal TransformerStack Blocks { get; }

    internal Linear Projection { get; }

    /// <summary>
    /// The text embeddings. No padding mask is needed: what follows the end token cannot reach it, because attention is causal.
    /// </summary>
    /// <param name="ids">B×T int64; each row holds the end token.</param>
    /// <returns>B×<see cref="ClipTextOptions.ProjectionWidth"/>.</returns>
    public override Tensor forward(Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var tokens = Blocks.forward(Embedding.forward(ids).Plus(Positions.narrow(0, 0, ids.shape[1])), null);
        var end = ids.eq(torch.tensor([(long)Options.EndToken])).to(ScalarType.Int64).argmax(1, keepdim: true).unsqueeze(-1)
            .expand(-1, -1, tokens.shape[2]);
        return Projection.forward(tokens.gather(1, end).squeeze(1));
    }
}
