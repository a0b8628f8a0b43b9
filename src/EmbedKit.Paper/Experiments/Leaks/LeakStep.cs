namespace EmbedKit.Experiments;

/// <summary>What a step is compared with.</summary>
public enum LeakStepKind
{
    /// <summary>The protocol as published: the beginning.</summary>
    Published,

    /// <summary>One correction more than the step before; the last is leak-free.</summary>
    Cumulative,

    /// <summary>One correction alone, against the published protocol on the same number of training rows.</summary>
    Alone,
}

/// <summary>One way to run the protocol: some leaks open, the others closed.</summary>
/// <param name="Name">The correction, as figures call it.</param>
/// <param name="Kind">What it is compared with.</param>
/// <param name="Open">The leaks still open.</param>
/// <param name="From">The step it is compared with: its place in <see cref="All"/>; null for the first.</param>
public sealed record LeakStep(string Name, LeakStepKind Kind, Leaks Open, int? From)
{
    private static readonly (Leaks Leak, string Correction)[] Corrections =
    [
        (Leaks.Text, "leak-free text"),
        (Leaks.Split, "grouped split"),
        (Leaks.Gap, "gap of training rows"),
        (Leaks.Epoch, "epoch by validation"),
        (Leaks.Lambda, "λ by validation"),
        (Leaks.Auc, "AUC from scores"),
    ];

    /// <summary>
    /// The published protocol; then, cumulatively, validation rows set aside and each leak closed in the order of <see cref="Leaks"/>; then
    /// each leak closed alone. Leaks interact, so a cumulative step depends on what is closed before it: the two readings stand side by side.
    /// </summary>
    public static IReadOnlyList<LeakStep> All { get; } = Build();

    private static List<LeakStep> Build()
    {
        var open = Leaks.All & ~Leaks.NoValidation;
        List<LeakStep> steps =
            [new("published", LeakStepKind.Published, Leaks.All, null), new("validation set aside", LeakStepKind.Cumulative, open, 0)];
        var start = steps.Count - 1;
        foreach (var (leak, correction) in Corrections)
        {
            open &= ~leak;
            steps.Add(new(correction, LeakStepKind.Cumulative, open, steps.Count - 1));
        }

        steps.AddRange(Corrections.Select(c => new LeakStep(c.Correction, LeakStepKind.Alone, steps[start].Open & ~c.Leak, start)));
        return steps;
    }
}
