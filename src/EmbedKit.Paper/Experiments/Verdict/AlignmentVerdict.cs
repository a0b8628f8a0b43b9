using EmbedKit.Evaluation;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>How λ was chosen, without the test rows.</summary>
public enum LambdaSelection
{
    /// <summary>The best mean macro-F1 on validation rows; of equals the one nearest 0.</summary>
    Validation,

    /// <summary>The one nearest 0 within one standard error of that best (<see cref="ScoreGrid.OneStandardError"/>).</summary>
    OneStandardError,

    /// <summary>Nothing was chosen: the aligner has no λ.</summary>
    None,
}

/// <summary>Whether alignment changes the test score of one kind of model: the aligned models against the same at λ = 0, on the same rows.</summary>
public sealed record AlignmentVerdict
{
    /// <summary>The data set and encoder, for readers.</summary>
    public required string Title { get; init; }

    /// <summary>What was compared: fusion, hidden width, aligner and σ.</summary>
    public required SweepModel Setting { get; init; }

    /// <summary>How λ was chosen.</summary>
    public required LambdaSelection Selection { get; init; }

    /// <summary>The choice of each fold (one split: one); empty for an aligner without λ.</summary>
    public required IReadOnlyList<double> Lambdas { get; init; }

    /// <summary>Macro-F1 on the test rows, aligned against λ = 0: means over seeds, folds pooled. Interval and p by whole groups, all seeds in every
    /// draw.</summary>
    public required MetricDifference Test { get; init; }

    /// <summary>Test rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Groups they belong to; null when rows were taken one by one.</summary>
    public required int? Groups { get; init; }

    /// <summary>Seeds averaged: spread of training, never counted as evidence.</summary>
    public required int Seeds { get; init; }

    /// <summary>How many comparisons <see cref="MetricDifference.AdjustedP"/> is corrected for (Holm).</summary>
    public int Comparisons { get; init; } = 1;

    /// <summary>The corrected t test over folds (Nadeau and Bengio); null with fewer than 10 folds, or when all differences are alike.</summary>
    public PairedTTest? OverFolds { get; init; }

    /// <summary>Wilcoxon's test over folds, which takes them as independent; null likewise.</summary>
    public WilcoxonTest? RanksOverFolds { get; init; }

    /// <summary>Whether nothing was aligned, because λ = 0 was chosen throughout.</summary>
    public bool ChoseNoShift => Selection != LambdaSelection.None && Lambdas.All(l => l == 0);

    /// <summary>The 95 % interval of the change in points, e.g. <c>−1.7 to +3.0</c>; <c>too few groups</c> where it would be drawn from a handful,
    /// <c>–</c> without a shift.</summary>
    public string Interval => ChoseNoShift ? "–" : Test.Verdict == Verdict.TooFewGroups ? $"too few {Units}"
        : $"{NumberText.PointsOnly(Test.Interval.Low)} to {NumberText.PointsOnly(Test.Interval.High)}";

    private string Units => Groups is null ? "rows" : "groups";

    /// <summary>The choice in words, e.g. <c>λ = −0.4</c> or, over folds, <c>λ = −0.4…0.2</c>.</summary>
    public string Choice => Selection == LambdaSelection.None ? Setting.Aligner
        : $"λ = {NumberText.Lambda(Lambdas.Min())}{(Lambdas.Distinct().Count() > 1 ? $"…{NumberText.Lambda(Lambdas.Max())}" : "")}";

    /// <summary>One sentence that says what these rows allow to say, and no more.</summary>
    public string InWords => ChoseNoShift
        ? $"{Title}: {(Selection == LambdaSelection.Validation ? "validation rows prefer no shift (λ = 0)" : "the one-standard-error rule keeps λ "
            + "= 0")}; there is nothing to test."
        : $"{Title}: {Choice}{HowChosen} "
          + $"changes the test macro-F1 by {NumberText.Points(Test.Difference)} "
          + $"({(Test.Verdict == Verdict.TooFewGroups ? "" : $"95 % interval {Interval}; ")}"
          + $"p = {NumberText.P(Test.P)}{(Comparisons > 1 ? $", {NumberText.P(Test.AdjustedP)} corrected for {Comparisons} comparisons" : "")}): "
          + $"{Judgement}.";

    private string HowChosen => Selection switch
    {
        LambdaSelection.Validation => ", chosen on validation rows,",
        LambdaSelection.OneStandardError => ", by the one-standard-error rule,",
        _ => "",
    };

    /// <summary>The last words of <see cref="InWords"/>.</summary>
    public string Judgement => Test.Verdict switch
    {
        _ when ChoseNoShift => "no shift was chosen",
        Verdict.TooFewGroups => $"too few {Units} to tell a difference from chance; {PairedComparison.FewestUnits} or more are needed",
        Verdict.FirstBetter => "better than no shift on rows like these",
        Verdict.SecondBetter => "worse than no shift on rows like these",
        _ => "not shown to differ from no shift",
    };
}
