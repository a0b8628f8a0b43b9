using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>A vision transformer's shape. <see cref="ClipLike"/> and <see cref="DinoLike"/> give the two families' switches.</summary>
internal sealed record VisionTransformerOptions
{
    /// <summary>Pixels of a side. Default 64.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>Pixels of a patch's side; it divides <see cref="ImageSize"/>. Default 8.</summary>
    public int PatchSize { get; init; } = 8;

    /// <summary>The blocks.</summary>
    public TransformerOptions Transformer { get; init; } = new();

    /// <summary>Whether the patch convolution has a bias (DINOv2 has, CLIP has not). Default true.</summary>
    public bool PatchBias { get; init; } = true;

    /// <summary>Whether tokens are normalised before the first block, as in CLIP. Default false.</summary>
    public bool NormaliseTokens { get; init; }

    /// <summary>Width of the space shared with text; null gives the class token itself.</summary>
    public int? ProjectionWidth { get; init; }

    /// <summary>The family of CLIP's image encoder (Radford et al. 2021).</summary>
    public static VisionTransformerOptions ClipLike { get; } = new()
    {
        Transformer = new() { FeedForward = FeedForwardKind.QuickGelu },
        PatchBias = false,
        NormaliseTokens = true,
        ProjectionWidth = 64,
    };

    /// <summary>The family of DINOv2 (Oquab et al. 2023).</summary>
    public static VisionTransformerOptions DinoLike { get; } = new() { Transformer = new() { LayerScale = 1, NormEpsilon = 1e-6f } };

    /// <summary>How positions are made for images of another size: bilinear as DINO does for its local crops, bicubic as DINOv2 does.</summary>
    public InterpolationMode PositionResize { get; init; } = InterpolationMode.Bilinear;

    /// <summary>Patches of an image.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);

    internal void Validate()
    {
        if (PatchSize < 1 || ImageSize < PatchSize || ImageSize % PatchSize != 0)
        {
            throw new ArgumentException($"Image size {ImageSize} and patch size {PatchSize}; expected a patch size that divides the image size.");
        }
    }
}

/// <summary>
/// Vision transformer (Dosovitskiy et al. 2020): patches become tokens, a class token is put before them, learned positions are added, and
/// pre-norm blocks follow.
/// </summary>
internal sealed class VisionTransformer : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes one with fresh weights.</summary>
    /// <param name="options">Its shape.</param>
    /// <param name="generator">The source of the weights.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public VisionTransformer(VisionTransformerOptions options, Generator generator)
        : base(nameof(VisionTransformer))
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        var width = options.Transformer.Width;
        Patches = nn.Conv2d(3, width, options.PatchSize, options.PatchSize, bias: options.PatchBias);
        ClassToken = new Parameter(torch.zeros(1, 1, width));
        Positions = new Parameter(torch.zeros(1, options.Patches + 1, width));
        TokenNorm = options.NormaliseTokens ? nn.LayerNorm(width, options.Transformer.NormEpsilon) : null;
        Blocks = new(options.Transformer, options.Patches + 1);
        Projection = options.ProjectionWidth is { } projected ? nn.Linear(width, projected, hasBias: false) : null;
        register_module("patches", Patches);
        register_parameter("class_token", ClassToken);
        register_parameter("positions", Positions);
        register_module("blocks", Blocks);
        if (TokenNorm is not null)
        {
            register_module("token_norm", TokenNorm);
        }

        if (Projection is not null)
        {
            register_module("projection", Projection);
        }

        this.Initialise(generator);
    }

    /// <summary>The shape.</summary>
    public VisionTransformerOptions Options { get; }

    internal Conv2d Patches { get; }

    internal Parameter ClassToken { get; }

    internal Parameter Positions { get; }

    internal LayerNorm? TokenNorm { get; }

    internal TransformerStack Blocks { get; }

    internal Linear? Projection { get; }

    /// <summary>The image embedding: the class token, projected when there is a projection.</summary>
    /// <param name="pixels">B×3×S×S, normalised.</param>
    /// <returns>B×W, or B×<see cref="VisionTransformerOptions.ProjectionWidth"/>.</returns>
    public override Tensor forward(Tensor pixels)
    {
        var token = Tokens(pixels).select(1, 0);
        return Projection is null ? token : Projection.forward(token);
    }

    /// <summary>All tokens after the last norm, the class token first.</summary>
    /// <param name="pixels">B×3×S×S, normalised; S may differ from <see cref="VisionTransformerOptions.ImageSize"/> if it is a multiple of the patch
    /// size.</param>
    /// <returns>B×(1 + patches)×W.</returns>
    public Tensor Tokens(Tensor pixels)
    {
        var patches = Patches.forward(pixels);
        var grid = (int)patches.shape[2];
        var tokens = torch.cat([ClassToken.expand(pixels.shape[0], 1, -1), patches.flatten(2).transpose(1, 2)], 1).Plus(PositionsFor(grid));
        return Blocks.forward(TokenNorm is null ? tokens : TokenNorm.forward(tokens), null);
    }

    /// <summary>Positions of a smaller or larger grid are interpolated.</summary>
    private Tensor PositionsFor(int grid)
    {
        var side = Options.ImageSize / Options.PatchSize;
        if (grid == side)
        {
            return Positions;
        }

        var map = Positions.narrow(1, 1, side * side).transpose(1, 2).reshape(1, -1, side, side);
        var resized = nn.functional.interpolate(map, [grid, grid], mode: Options.PositionResize, align_corners: false);
        return torch.cat([Positions.narrow(1, 0, 1), resized.flatten(2).transpose(1, 2)], 1);
    }
}
