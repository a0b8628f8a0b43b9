using EmbedKit.Runtime;

namespace EmbedKit.Report;

/// <summary>A number of a comparison with what a reader must know of it; <see cref="ToString"/> is how it is shown everywhere.</summary>
/// <param name="Value">Of <paramref name="Unit"/>: a score 0–1, a difference of scores −1–1, or MiB.</param>
/// <param name="Unit">What it counts.</param>
public sealed record ComparisonNumber(double Value, ComparisonUnit Unit)
{
    /// <summary>What <see cref="Value"/> was before, in the same unit: shown as <c>before → after</c>, with the share left unless it is
    /// published.</summary>
    public double? Before { get; init; }

    /// <summary>95 % interval, in the same unit.</summary>
    public (double Low, double High)? Interval { get; init; }

    /// <summary>The λ it was measured at.</summary>
    public double? Lambda { get; init; }

    /// <summary>Why it is what it is.</summary>
    public string? Note { get; init; }

    /// <summary>Of a published number: the data set it belongs to.</summary>
    public string? DataSet { get; init; }

    /// <summary>Of a published number: where it stands.</summary>
    public string? Source { get; init; }

    /// <summary>For readers, e.g. <c>0.847 (0.790–0.891)</c>, <c>−1.9 points (λ = −0.5)</c>, <c>36.8 MiB → 0.375 MiB (1.0 %)</c>.</summary>
    public override string ToString() =>
        (Before is { } before ? $"{In(before)} → " : "") + In(Value)
        + (Interval is { } i ? $" ({In(i.Low)}–{In(i.High)})" : "")
        + (Lambda is { } lambda ? $" (λ = {NumberText.Lambda(lambda)})" : "")
        + (Before is { } whole && DataSet is null ? $" ({NumberText.Percent(Value / whole, 1)})" : "")
        + (Note is null ? "" : $": {Note}")
        + (DataSet is null ? "" : $" on {DataSet}");

    private string In(double value) => Unit switch
    {
        ComparisonUnit.Score => NumberText.Score(value),
        ComparisonUnit.Points => NumberText.Points(value),
        _ => NumberText.Mebibytes(value),
    };
}

/// <summary>What a <see cref="ComparisonNumber"/> counts.</summary>
public enum ComparisonUnit
{
    /// <summary>A score, 0–1.</summary>
    Score,

    /// <summary>A difference of scores, shown in points of a hundredth.</summary>
    Points,

    /// <summary>Bytes / 2²⁰.</summary>
    Mebibytes,
}
