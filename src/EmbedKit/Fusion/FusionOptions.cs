using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Fusion;

/// <summary>Where the two modalities meet.</summary>
public enum FusionKind
{
    /// <summary>Text and image are concatenated before the first layer.</summary>
    Early,

    /// <summary>Each modality has its own hidden layers; their outputs are concatenated before the last layer.</summary>
    Late,

    /// <summary>Image embeddings alone, through the one branch late fusion has for them.</summary>
    Image,

    /// <summary>Text embeddings alone, through the one branch late fusion has for them.</summary>
    Text,
}

/// <summary>The shape of a fusion model (paper, section on fusion; design of the published <c>src/classifiers</c>).</summary>
public sealed record FusionOptions
{
    // A thousand times what the paper's models have; weights are allocated before anything is learned.
    private const int WidestLayer = 1 << 17;

    /// <summary>Where the modalities meet. Default: early.</summary>
    public FusionKind Kind { get; init; } = FusionKind.Early;

    /// <summary>
    /// Widths of the hidden layers, in order (late: of each branch); none: a linear probe, Linear(C) on the embeddings themselves. Default, when
    /// null: 128 for early fusion and for one modality alone, 64 for each branch of late fusion, so that every kind ends in 128 features.
    /// </summary>
    public IReadOnlyList<int>? Hidden { get; init; }

    /// <summary>Widths of the image branch of late fusion, where they differ from <see cref="Hidden"/>. Default: null, the same.</summary>
    public IReadOnlyList<int>? ImageHidden { get; init; }

    /// <summary>Probability that dropout zeroes a hidden value. Default: 0, as published on the medical data; 0.2 on the general data.</summary>
    public double Dropout { get; init; }

    /// <summary>The hidden widths in force.</summary>
    public IReadOnlyList<int> HiddenWidths => Hidden ?? (Kind == FusionKind.Late ? [64] : [128]);

    /// <summary>The image branch's hidden widths in force.</summary>
    public IReadOnlyList<int> ImageHiddenWidths => Kind == FusionKind.Late && ImageHidden is not null ? ImageHidden : HiddenWidths;

    /// <summary>Whether there is no hidden layer: logistic regression.</summary>
    public bool IsLinearProbe => HiddenWidths.Count == 0 && ImageHiddenWidths.Count == 0;

    /// <summary>The hidden widths as the command line and tables write them: joined by <c>-</c>, and 0 for a linear probe.</summary>
    public string HiddenText => HiddenWidths.Count == 0 ? "0" : string.Join('-', HiddenWidths);

    /// <summary>Whether the model reads text embeddings.</summary>
    public bool UsesText => Kind != FusionKind.Image;

    /// <summary>Whether the model reads image embeddings.</summary>
    public bool UsesImage => Kind != FusionKind.Text;

    /// <summary>Checks that rows hold what the model reads.</summary>
    /// <param name="rows">The rows.</param>
    /// <exception cref="InputException">They lack a modality.</exception>
    internal void CheckRows(EmbeddingSet rows)
    {
        if ((UsesImage && rows.Image is null) || (UsesText && rows.Text is null))
        {
            var (missing, there) = rows.Image is null ? ("image", "text") : ("text", "image");
            throw new InputException(
                $"{rows.Table.Source}: no {missing} embeddings, which a model of kind '{Kind.ToString().ToLowerInvariant()}' reads; "
                + $"expected --fusion {there}, or a file with both modalities (embedkit embeddings merge).");
        }
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">
    /// A width below 1, a dropout outside [0, 1), a linear probe with dropout, or late fusion without any hidden layer, which would be early fusion.
    /// </exception>
    public void Validate()
    {
        foreach (var widths in (IReadOnlyList<int>[])[HiddenWidths, ImageHiddenWidths])
        {
            if (widths.Any(w => w is < 1 or > WidestLayer))
            {
                throw new InputException(
                    $"hidden: '{string.Join('-', widths)}'; expected widths from 1 to {WidestLayer}, or 0 alone for a linear probe.");
            }
        }

        if (IsLinearProbe && Kind == FusionKind.Late)
        {
            throw new InputException(
                "hidden: 0 with late fusion is the same model as early fusion, one linear layer over both embeddings; expected early, image or "
                    + "text.");
        }

        if (IsLinearProbe && Dropout > 0)
        {
            throw new InputException(
                FormattableString.Invariant($"dropout: {Dropout} with hidden 0; expected 0, because a linear probe has no hidden value to drop."));
        }

        if (!(Dropout is >= 0 and < 1))
        {
            throw new InputException(FormattableString.Invariant($"dropout: {Dropout}; expected at least 0 and less than 1."));
        }
    }
}
