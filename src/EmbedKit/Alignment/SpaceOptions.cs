namespace EmbedKit.Alignment;

/// <summary>How rows come into the space where the modalities are compared: normalised first, then brought to one width.</summary>
public record SpaceOptions
{
    /// <summary>Normalise rows before anything else, as the published notebooks do; the published function alone does not. Default true.</summary>
    public bool Prenormalize { get; init; } = true;

    /// <summary>How unequal widths get one. Default interpolation, as published.</summary>
    public WidthMatch Widths { get; init; } = new();
}
