using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>Answers "is it real?" for sweeps: chooses λ without the test rows, tests the choice on them, and corrects for all that was
/// tested.</summary>
public static class AlignmentVerdicts
{
    /// <summary>Repeats over folds from which on tests over folds are given.</summary>
    public const int FewestFolds = 10;

    /// <summary>
    /// Chooses λ on the validation rows of each fold and tests the choice on its test rows; an aligner without λ is tested as it is. The
    /// result is corrected for the comparisons of this sweep alone: see <see cref="Corrected"/>.
    /// </summary>
    /// <param name="predictions">What the models of one sweep said, with λ = 0 in its grid.</param>
    /// <param name="random">The stream <c>verdict</c> resamples.</param>
    /// <param name="title">Data set and encoder, for readers.</param>
    /// <returns>For every fusion, hidden width, aligner and σ one verdict a way of choosing; by standard error only where there are seeds to take it
    /// over.</returns>
    /// <exception cref="InputException">No validation or no test rows.</exception>
    public static IReadOnlyList<AlignmentVerdict> Of(SweepPredictions predictions, RandomStreams random, string title)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(random);
        var (validation, test) = (new SweepRepeats(predictions, Split.Validation), new SweepRepeats(predictions, Split.Test));
        var verdicts = new List<AlignmentVerdict>();
        string Name(SweepModel setting) => string.Join(", ", ((string?[])
        [
            title, setting.Fusion, test.Candidates.Where(c => c.Fusion == setting.Fusion).Select(c => c.Hidden).Distinct().Count() > 1
                ? $"hidden {setting.Hidden}" : null,
            setting.Aligner == "gap-shift" ? null : setting.Aligner, setting.Sigma == 0 ? null
                : FormattableString.Invariant($"σ = {setting.Sigma:0.####}"),
        ]).OfType<string>());
        foreach (var setting in test.Settings())
        {
            var choices = test.Folds.Select((_, fold) => Choose(validation, setting, fold, random)).ToArray();
            AlignmentVerdict Judge(LambdaSelection selection, double[] lambdas) =>
                Test(test, setting, [.. lambdas.Select(l => setting with { Lambda = l })], random.Create("verdict")) with
                {
                    Title = Name(setting),
                    Selection = selection,
                    Lambdas = lambdas,
                };
            verdicts.Add(Judge(LambdaSelection.Validation, [.. choices.Select(c => c.Best)]));
            if (test.Seeds.Count > 1)
            {
                verdicts.Add(Judge(LambdaSelection.OneStandardError, [.. choices.Select(c => c.Rule!.Value)]));
            }
        }

        foreach (var aligned in test.Candidates.Where(c => c.Lambda is null))
        {
            if (test.Settings().Where(s => s with { Aligner = "", Lambda = null } == aligned with { Aligner = "" }).Cast<SweepModel?>()
                .FirstOrDefault() is { } plain)
            {
                verdicts.Add(Test(test, plain, [.. test.Folds.Select(_ => aligned)], random.Create("verdict")) with
                {
                    Title = Name(aligned),
                    Setting = aligned,
                });
            }
        }

        return Corrected(verdicts);
    }

    /// <summary>
    /// The same verdicts, corrected (Holm) for all comparisons of a list: give it every data set, encoder and fusion that was looked at. The
    /// one-standard-error rule asks the same questions a second way, and is a family of its own.
    /// </summary>
    /// <param name="verdicts">The list.</param>
    public static IReadOnlyList<AlignmentVerdict> Corrected(IReadOnlyList<AlignmentVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var result = verdicts.ToArray();
        foreach (var family in Enumerable.Range(0, result.Length).GroupBy(i => result[i].Selection == LambdaSelection.OneStandardError)
            .Select(g => g.ToArray()))
        {
            var adjusted = MultipleComparisons.Holm([.. family.Select(i => result[i].Test.P)]);
            for (var k = 0; k < family.Length; k++)
            {
                var verdict = result[family[k]];
                var test = verdict.Test with { AdjustedP = adjusted[k] };
                result[family[k]] = verdict with
                {
                    Test = test with { Verdict = PairedComparison.Judge(test, verdict.Groups ?? verdict.Rows) },
                    Comparisons = family.Length,
                };
            }
        }

        return result;
    }

    /// <summary>The best λ on the validation rows of one fold, and the choice by one standard error over seeds, where there are several.</summary>
    private static (double Best, double? Rule) Choose(SweepRepeats validation, SweepModel setting, int fold, RandomStreams random)
    {
        double[] lambdas = [.. validation.LambdasOf(setting)];
        var rows = validation.RowsOf(fold);
        double[][] scores = [.. lambdas.Select(l => validation.MacroF1(validation.Predicted(setting with { Lambda = l }), rows))];
        var best = LambdaChoice.Best(lambdas.Zip(scores, (lambda, s) => (lambda, s.Average())));
        return (best, validation.Seeds.Count > 1
            ? new ScoreGrid(lambdas, scores).OneStandardError(random.Create("one standard error"), resamples: 100).Lambda : null);
    }

    private static AlignmentVerdict Test(SweepRepeats test, SweepModel plain, IReadOnlyList<SweepModel> aligned, SeededRandom random)
    {
        var (first, second) = (test.Predicted(aligned), test.Predicted(plain));
        double Mean(int[][] predicted, int[] rows) => test.MacroF1(predicted, rows).Average();
        double[] Difference(int[][] a, int[][] b, int[] rows) => [Mean(a, rows) - Mean(b, rows)];
        static int[][] Mix(int[][] kept, int[][] taken, bool[] swapped) => [.. kept.Zip(taken, (k, t) => SwapTest.Mix(k, t, swapped))];
        var interval = test.CanDraw
            ? Bootstrap.Intervals(test.All.Length, test.Groups, rows => Difference(first, second, rows), random, method: IntervalMethod.Bca)[0]
            : new(-1, 1, 0.95, 0, IntervalMethod.Percentile);
        var p = SwapTest.PValues(
            test.All.Length, test.Groups, swapped => Difference(Mix(first, second, swapped), Mix(second, first, swapped), test.All), random)[0];
        var (t, ranks) = OverFolds(test, first, second);
        return new()
        {
            Title = "",
            Setting = plain,
            Selection = LambdaSelection.None,
            Lambdas = [],
            Test = new("macro_f1", Mean(first, test.All), Mean(second, test.All), interval, p, p, Verdict.NotShown),
            Rows = test.All.Length,
            Groups = test.GroupCount,
            Seeds = test.Seeds.Count,
            OverFolds = t,
            RanksOverFolds = ranks,
        };
    }

    private static (PairedTTest?, WilcoxonTest?) OverFolds(SweepRepeats test, int[][] first, int[][] second)
    {
        double[] Scores(int[][] predicted) => [.. test.Folds.Select((_, fold) => test.MacroF1(predicted, test.RowsOf(fold)).Average())];
        var (a, b) = (Scores(first), Scores(second));
        if (test.Folds.Count < FewestFolds || a.Zip(b, (x, y) => x - y).Distinct().Count() == 1)
        {
            return default;
        }

        // Every row is tested in some fold, so all rows less those of a fold are what it learns and chooses from.
        var tested = test.FoldSizes.Average();
        return (PairedTTest.Corrected(a, b, tested / (test.DistinctIds - tested)), WilcoxonTest.Of(a, b));
    }
}
