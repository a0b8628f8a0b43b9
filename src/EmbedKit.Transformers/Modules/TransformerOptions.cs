namespace EmbedKit.Transformers.Modules;

/// <summary>How activations are rescaled before attention and feed-forward.</summary>
internal enum Normalisation
{
    /// <summary>Subtract the mean, divide by the standard deviation, scale and shift (Ba et al. 2016): CLIP, DINOv2.</summary>
    LayerNorm,

    /// <summary>Divide by the root mean square and scale (Zhang and Sennrich 2019): LLaMA.</summary>
    RmsNorm,
}

/// <summary>What the feed-forward half of a block computes.</summary>
internal enum FeedForwardKind
{
    /// <summary>Linear, GELU (exact, by erf), Linear: DINOv2.</summary>
    Gelu,

    /// <summary>Linear, x·sigmoid(1.702·x), Linear: CLIP.</summary>
    QuickGelu,

    /// <summary>Linear times SiLU of a second Linear, then Linear (Shazeer 2020): LLaMA.</summary>
    SwiGlu,
}

/// <summary>A stack of transformer blocks: what ViT, CLIP, LLaMA and BERT share, and the switches in which they differ.</summary>
internal sealed record TransformerOptions
{
    /// <summary>Width of every token. Default 96.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Number of blocks. Default 4.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Attention heads; they divide <see cref="Width"/>. Default 4.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Inner width of the feed-forward half. Default 384.</summary>
    public int FeedForwardWidth { get; init; } = 384;

    /// <summary>Default <see cref="Normalisation.LayerNorm"/>.</summary>
    public Normalisation Normalisation { get; init; } = Normalisation.LayerNorm;

    /// <summary>Default <see cref="FeedForwardKind.Gelu"/>.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Gelu;

    /// <summary>Whether the linear layers have biases. Default true.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Initial value of a learned per-channel factor on each branch (LayerScale, Touvron et al. 2021); null for none.</summary>
    public float? LayerScale { get; init; }

    /// <summary>Whether a token sees only itself and those before it. Default false.</summary>
    public bool Causal { get; init; }

    /// <summary>Base of the rotary position angles (Su et al. 2021), 10,000 in LLaMA; null for none.</summary>
    public float? RotaryBase { get; init; }

    /// <summary>Whether sums are normalised after each branch, as in BERT, and not what enters it. Default false.</summary>
    public bool PostNorm { get; init; }

    /// <summary>Share of the numbers dropped from the embedded tokens and from each branch while dropout is on. Default 0.</summary>
    public double HiddenDropout { get; init; }

    /// <summary>Share of the attention weights dropped likewise. Default 0.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Added to the variance before its root is taken. Default 1e-5.</summary>
    public float NormEpsilon { get; init; } = 1e-5f;

    /// <summary>Width of one head.</summary>
    public int HeadWidth => Width / Heads;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1, nameof(Layers));
        ArgumentOutOfRangeException.ThrowIfLessThan(FeedForwardWidth, 1, nameof(FeedForwardWidth));
        if (Width < 1 || Heads < 1 || Width % Heads != 0)
        {
            throw new ArgumentException($"Width {Width} and {Heads} heads; expected a positive width that the heads divide.");
        }

        if (RotaryBase is not null && HeadWidth % 2 != 0)
        {
            throw new ArgumentException($"Head width {HeadWidth}; expected an even one, because rotary positions turn pairs of coordinates.");
        }
    }
}
