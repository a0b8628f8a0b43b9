using EmbedKit.Alignment;
using EmbedKit.Fusion;
using EmbedKit.Fusion.Stacked;

namespace EmbedKit.Protocols.Sweep;

/// <summary>Models of a sweep that are trained together: they differ in λ alone.</summary>
/// <param name="Fold">From 0.</param>
/// <param name="Aligner">By name.</param>
/// <param name="Fusion">The models' shape.</param>
/// <param name="Sigma">σ.</param>
/// <param name="Seed">From 0.</param>
/// <param name="Lambdas">One λ per model; a single null for an aligner without.</param>
internal sealed record SweepPart(int Fold, string Aligner, FusionOptions Fusion, double Sigma, int Seed, IReadOnlyList<double?> Lambdas)
{
    /// <summary>Tells it apart from the sweep's other parts.</summary>
    internal string Name => FormattableString.Invariant(
        $"fold={Fold}/{Aligner}/{Fusion.Kind}/hidden={Fusion.HiddenText}/sigma={Sigma}/seed={Seed}/lambda={Lambdas[0]}");

    /// <summary>Cuts a grid into its parts, in the order of the table.</summary>
    /// <param name="options">The grid.</param>
    /// <param name="folds">How many there are.</param>
    /// <param name="width">Columns of one modality, after stretching.</param>
    internal static IReadOnlyList<SweepPart> Of(SweepOptions options, int folds, int width) =>
    [
        .. from fold in Enumerable.Range(0, folds)
           from aligner in options.Aligners
           from kind in options.Fusions
           from fusion in options.Shapes(kind)
           from sigma in options.Sigmas
           from seed in Enumerable.Range(0, options.Seeds)
           from lambdas in Cut(options, aligner, fusion, sigma, width)
           select new SweepPart(fold, aligner, fusion, sigma, seed, lambdas),
    ];

    /// <summary>Whether the models of a part are trained in one pass over the rows.</summary>
    internal static bool InOnePass(SweepOptions options, FusionOptions fusion, double sigma) =>
        options.ShiftAt == ShiftAt.TrainAndTest && StackedLoop.Supports(fusion, options.Trainer with { Sigma = sigma });

    private static IEnumerable<IReadOnlyList<double?>> Cut(SweepOptions options, string aligner, FusionOptions fusion, double sigma, int width)
    {
        static IReadOnlyList<double?> Known(IEnumerable<double> lambdas) => [.. lambdas];
        return !Aligners.UsesLambda(aligner) ? [[null]]
            : options.ShiftAt == ShiftAt.Test ? [Known(options.Lambdas)]
            : InOnePass(options, fusion, sigma) ? StackedTraining.Groups(fusion, width, options.Lambdas).Select(Known)
            : options.Lambdas.Select(lambda => Known([lambda]));
    }
}
