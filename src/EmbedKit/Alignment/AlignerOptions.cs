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
