using EmbedKit.Runtime;

namespace EmbedKit.Alignment;

/// <summary>What an aligner made by name may need; each takes what it uses.</summary>
public sealed record AlignerOptions
{
    /// <summary>λ, for the shifts (<see cref="Aligners.UsesLambda"/>). Default none.</summary>
    public double? Lambda { get; init; }

    /// <summary>σ of the noise after centring, for <c>c3</c>. Default 0.</summary>
    public double Sigma { get; init; }

    /// <summary>How rows come into one space.</summary>
    public SpaceOptions Space { get; init; } = new();

    /// <summary>Label columns, for <c>learned-lambda</c>. Default none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The root for what is drawn: random direction, noise. Default root seed 0.</summary>
    public RandomStreams Random { get; init; } = new(0);

    /// <summary>The options of a shift.</summary>
    internal ShiftOptions Shift => new() { Lambda = Lambda ?? 0, Prenormalize = Space.Prenormalize, Widths = Space.Widths };
}

/// <summary>How rows come into the space where the modalities are compared: normalised first, then brought to one width.</summary>
public record SpaceOptions
{
    /// <summary>Normalise rows before anything else, as the published notebooks do; the published function alone does not. Default true.</summary>
    public bool Prenormalize { get; init; } = true;

    /// <summary>How unequal widths get one. Default interpolation, as published.</summary>
    public WidthMatch Widths { get; init; } = new();
}

/// <summary>How a shift along one direction acts.</summary>
public sealed record ShiftOptions : SpaceOptions
{
    /// <summary>λ: 0 leaves the gap, 1 closes it, below 0 widens it. The paper sweeps −1…1. Default 0.</summary>
    public double Lambda { get; init; }

    /// <summary>Normalise rows after the shift, as published. Without it, a shift is a constant that the first layer's bias absorbs. Default
    /// true.</summary>
    public bool Renormalize { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">λ is no finite number.</exception>
    public void Validate()
    {
        if (!double.IsFinite(Lambda))
        {
            throw new InputException($"lambda is {Lambda}; expected a finite number, usually between -1 and 1.");
        }
    }
}
