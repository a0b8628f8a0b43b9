using EmbedKit.Runtime;

namespace EmbedKit.Alignment;

/// <summary>Every aligner by its name on the command line and in the column <c>aligner</c> of result tables.</summary>
public static class Aligners
{
    private static readonly Entry[] All =
    [
        new("gap-shift", true, o => new GapShift(o.Shift)),
        new("learned-lambda", false, o => new LearnedLambda(o.Shift, o.Labels), UsesLabels: true),
        new("projected-shift", true, o => new ProjectedShift(o.Shift)),
        new("center", false, o => new MeanCentering(o.Space)),
        new("c3", false, o => new Sequence("c3", new MeanCentering(o.Space), new NoiseStep(new(o.Sigma, o.Random)))),
        new("z-score", false, o => new ZScore(o.Space)),
        new("realign", false, o => new ReAlign(o.Space)),
        new("coral", false, o => new Coral(o.Space)),
        new("procrustes", false, o => new Procrustes(o.Space)),
        new("optimal-transport", false, o => new OptimalTransport(o.Space)),
        new("identity", false, _ => new IdentityAligner()),
        new("no-renormalize", true, o => new GapShift(o.Shift with { Renormalize = false })),
        new("random-direction", true, o => new RandomDirectionShift(o.Shift, o.Random)),
    ];

    /// <summary>The names; the last three are nulls, which should help nothing.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(e => e.Name)];

    /// <summary>The names of those that take λ: shifts along a vector, which a sweep can vary.</summary>
    public static IReadOnlyList<string> Shifts { get; } = [.. All.Where(e => e.UsesLambda).Select(e => e.Name)];

    /// <summary>Whether the aligner takes λ.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="InputException">Another name; the message lists them.</exception>
    public static bool UsesLambda(string name) => Find(name).UsesLambda;

    /// <summary>Whether the aligner learns from labels.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="InputException">Another name; the message lists them.</exception>
    public static bool UsesLabels(string name) => Find(name).UsesLabels;

    /// <summary>Makes an aligner.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What it may need.</param>
    /// <exception cref="InputException">Another name; the message lists them. λ, σ or labels that do not fit the aligner.</exception>
    public static IAligner Create(string name, AlignerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var entry = Find(name);
        if (entry.UsesLambda != options.Lambda is not null)
        {
            throw new InputException(entry.UsesLambda
                ? $"--lambda is missing; aligner '{name}' expects a number, usually between -1 and 1."
                : $"aligner '{name}' takes no --lambda; expected it only with "
                    + $"{string.Join(", ", All.Where(e => e.UsesLambda).Select(e => e.Name))}.");
        }

        options.Shift.Validate();
        return entry.UsesLabels && options.Labels.Count == 0
            ? throw new InputException($"aligner '{name}' learns from labels; name the column with --label.")
            : entry.Make(options);
    }

    private static Entry Find(string name) => Array.Find(All, e => e.Name == name) is { Name: not null } entry
        ? entry
        : throw new InputException($"no aligner '{name}'; expected one of {string.Join(", ", Names)}.");

    private readonly record struct Entry(string Name, bool UsesLambda, Func<AlignerOptions, IAligner> Make, bool UsesLabels = false);
}
