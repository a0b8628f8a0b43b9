using EmbedKit.Runtime;

namespace EmbedKit.Alignment;

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
