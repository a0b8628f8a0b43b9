using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>A stack of blocks and, where they normalise what enters them, the norm after the last: B×T×W → B×T×W.</summary>
internal sealed class TransformerStack : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly Tensor? _cosine;
    private readonly Tensor? _sine;

    /// <param name="options">The switches.</param>
    /// <param name="maxLength">Most tokens there will be; the size of the rotary tables.</param>
    internal TransformerStack(TransformerOptions options, int maxLength)
        : base(nameof(TransformerStack))
    {
        options.Validate();
        (Options, MaxLength) = (options, maxLength);
        Blocks = nn.ModuleList([.. Enumerable.Range(0, options.Layers).Select(_ => new TransformerBlock(options))]);
        register_module("blocks", Blocks);
        if (!options.PostNorm)
        {
            FinalNorm = TransformerBlock.CreateNorm(options);
            register_module("final_norm", FinalNorm);
        }

        if (options.RotaryBase is { } rotaryBase)
        {
            (_cosine, _sine) = RotaryPositions.Tables(maxLength, options.HeadWidth, rotaryBase);
            register_buffer("cosine", _cosine, persistent: false);
            register_buffer("sine", _sine, persistent: false);
        }
    }

    internal TransformerOptions Options { get; }

    internal int MaxLength { get; }

    internal ModuleList<TransformerBlock> Blocks { get; }

    internal nn.Module<Tensor, Tensor>? FinalNorm { get; }

    /// <summary>Where dropout is drawn from; null, as at first, switches it off.</summary>
    internal Generator? Dropout { get; set; }

    /// <param name="tokens">B×T×W.</param>
    /// <param name="attentionMask">B×T int64, 1 for a token and 0 for padding; null when nothing is padded.</param>
    public override Tensor forward(Tensor tokens, Tensor? attentionMask)
    {
        var length = tokens.shape[1];
        if (_cosine is not null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        }

        var context = new AttentionContext(
            Options.Causal, attentionMask is null ? null : Mask(attentionMask), _cosine?.narrow(0, 0, length), _sine?.narrow(0, 0, length))
        {
            Dropout = Dropout,
        };
        tokens = context.Drop(tokens, Options.HiddenDropout);
        foreach (var block in Blocks)
        {
            tokens = block.forward(tokens, context);
        }

        return FinalNorm is null ? tokens : FinalNorm.forward(tokens);
    }

    private Tensor Mask(Tensor attentionMask)
    {
        var length = attentionMask.shape[1];
        var seen = attentionMask.unsqueeze(1).unsqueeze(1).to(ScalarType.Bool).expand(-1, 1, length, -1);
        if (Options.Causal)
        {
            seen = seen.logical_and(torch.ones(length, length, ScalarType.Bool).tril());
        }

        return seen.logical_not().to(ScalarType.Float32).Times(AttentionContext.Hidden);
    }
}
