namespace EmbedKit.Experiments;

/// <summary>One λ of a published curve.</summary>
/// <param name="Lambda">λ; positive closes the gap, as in all of the published code.</param>
/// <param name="Value">The number as published, 0–1.</param>
/// <param name="StandardDeviation">Over the published runs, or null for a single run.</param>
/// <param name="Runs">How many runs the value averages.</param>
public sealed record PublishedPoint(double Lambda, double Value, double? StandardDeviation, int Runs);

/// <summary>A published number against λ.</summary>
public sealed record PublishedCurve
{
    /// <summary>The data set by the kit's name, e.g. <c>ham10000</c>.</summary>
    public required string DataSet { get; init; }

    /// <summary>The encoder as published: <c>clip</c>, <c>dinov2+llama2 interpolated</c>, <c>BioMedCLIP</c>, …</summary>
    public required string Encoder { get; init; }

    /// <summary>early or late.</summary>
    public required string Fusion { get; init; }

    /// <summary>Named as the column of <c>sweep.csv</c>: <c>f1_macro</c>, <c>accuracy</c> or <c>auc_ovr</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>The paper: arXiv 2406.02601, or its successor arXiv 2603.17246.</summary>
    public required string Paper { get; init; }

    /// <summary>Where in the paper's repository the numbers stand, for display.</summary>
    public required string Source { get; init; }

    /// <summary>In order of λ.</summary>
    public required IReadOnlyList<PublishedPoint> Points { get; init; }

    /// <summary>Why the numbers cannot be this data set's (the notebook shows another's output), or null.</summary>
    public string? Stale { get; init; }

    /// <summary>What else is known of the run (stopped part-way, …), or null.</summary>
    public string? Note { get; init; }
}
