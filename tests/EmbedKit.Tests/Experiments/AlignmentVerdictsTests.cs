using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Experiments;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public class AlignmentVerdictsTests
{
    private static readonly RandomStreams Random = new(5);

    [Fact]
    public void A_shift_that_mends_a_third_of_the_rows_is_called_better()
    {
        var verdict = Validation(MadeUpSweep.Of(60, 2, (m, _, i) => m.Lambda < 1 && i % 3 == 0));
        Assert.Equal(
            (1.0, Verdict.FirstBetter, 60, 60, 2), (verdict.Lambdas.Single(), verdict.Test.Verdict, verdict.Rows, verdict.Groups, verdict.Seeds));
        Assert.Equal((1.0, 2 / 3.0), (verdict.Test.First, verdict.Test.Second));
        Assert.EndsWith("better than no shift on rows like these.", verdict.InWords, StringComparison.Ordinal);
        Assert.StartsWith(
            "made up, early: λ = 1.0, chosen on validation rows, changes the test macro-F1 by +33.3 points (95 % interval ", verdict.InWords,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_validation_rows_promise_and_test_rows_do_not_keep_is_not_called_real()
    {
        // λ = 1 mends validation rows; on the test rows both are wrong equally often, about different rows.
        var verdict = Validation(
            MadeUpSweep.Of(60, 2, (m, split, i) => split == Split.Validation ? m.Lambda < 1 && i % 3 == 0 : i % 6 == (m.Lambda == 1 ? 0 : 3)));
        Assert.Equal((1.0, Verdict.NotShown), (verdict.Lambdas.Single(), verdict.Test.Verdict));
        Assert.False(verdict.Test.Interval.ExcludesZero);
        Assert.EndsWith("not shown to differ from no shift.", verdict.InWords, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shift_that_does_nothing_is_not_chosen_and_there_is_nothing_to_test()
    {
        var verdicts = AlignmentVerdicts.Of(MadeUpSweep.Of(30, 2, (_, _, i) => i % 5 == 0), Random, "made up");
        Assert.Equal([LambdaSelection.Validation, LambdaSelection.OneStandardError], verdicts.Select(v => v.Selection));
        Assert.All(verdicts, v => Assert.True(v.ChoseNoShift));
        Assert.All(verdicts, v => Assert.Equal((0, 1, Verdict.NotShown), (v.Test.Difference, v.Test.P, v.Test.Verdict)));
        Assert.Equal("made up, early: validation rows prefer no shift (λ = 0); there is nothing to test.", verdicts[0].InWords);
    }

    [Fact]
    public void Seeds_are_no_evidence_ten_equal_ones_say_what_one_says()
    {
        static bool Wrong(SweepModel m, Split split, int i) => m.Lambda < 1 && i % 7 == 0;
        var (one, ten) = (Validation(MadeUpSweep.Of(40, 1, Wrong)).Test, Validation(MadeUpSweep.Of(40, 10, Wrong)).Test);
        Assert.Equal(one.P, ten.P);
        Assert.Equal(one.Interval.Low, ten.Interval.Low, 9);
        Assert.Equal(one.Interval.High, ten.Interval.High, 9);
    }

    [Fact]
    public void Whole_groups_are_drawn_so_that_copies_of_rows_are_no_evidence_and_few_groups_are_too_few()
    {
        static bool Wrong(SweepModel m, Split split, int i) => m.Lambda < 1 && i % 3 == 0;
        Assert.Equal(Verdict.FirstBetter, Validation(MadeUpSweep.Of(60, 1, Wrong, groupSize: 0)).Test.Verdict);
        var few = Validation(MadeUpSweep.Of(60, 1, Wrong, groupSize: 12));
        Assert.Equal((5, Verdict.TooFewGroups), (few.Groups, few.Test.Verdict));
        Assert.Contains("too few groups", few.InWords, StringComparison.Ordinal);
        Assert.DoesNotContain("interval", few.InWords, StringComparison.Ordinal);
        Assert.Equal("too few groups", few.Interval);
        Assert.Matches(@"^[+−]?\d+\.\d to [+−]?\d+\.\d$", Validation(MadeUpSweep.Of(60, 1, Wrong, groupSize: 0)).Interval);
        Assert.Null(Validation(MadeUpSweep.Of(60, 1, Wrong, groupSize: 0)).Groups);
    }

    [Fact]
    public void One_group_tells_nothing_and_stops_nothing()
    {
        var sweep = MadeUpSweep.Of(20, 1, (m, _, i) => m.Lambda < 1 && i % 3 == 0, groupSize: 20);
        var verdict = Validation(sweep);
        Assert.Equal(
            (1, Verdict.TooFewGroups, -1, 1, 1),
            (verdict.Groups, verdict.Test.Verdict, verdict.Test.Interval.Low, verdict.Test.Interval.High, verdict.Test.P));
        var curve = LambdaCurve.Of(sweep, Random).Single();
        Assert.False(curve.EnoughGroups);
        Assert.All(curve.Points, p => Assert.Equal((0, 1), (p.Interval.Low, p.Interval.High)));
    }

    [Fact]
    public void The_standard_error_over_seeds_keeps_nearer_to_no_shift_than_the_best()
    {
        // λ = 1 is best on average over seeds, and λ = 0 within its standard error.
        var verdicts = AlignmentVerdicts.Of(
            MadeUpSweep.Of(40, 3, (m, _, i) => m.Lambda == 1 ? m.Seed == 0 && i < 10 : m.Lambda == 0 ? i < 4 : i < 20), Random, "made up");
        Assert.Equal([(LambdaSelection.Validation, 1.0), (LambdaSelection.OneStandardError, 0.0)], verdicts.Select(v => (v.Selection, v.Lambdas[0])));
        Assert.Single(AlignmentVerdicts.Of(MadeUpSweep.Of(40, 1, (m, _, i) => i < 4), Random, "one seed has no standard error"));
    }

    [Fact]
    public void Each_fold_chooses_for_itself_and_ten_folds_are_tested_as_folds()
    {
        var verdict = Validation(MadeUpSweep.Of(20, 1, (m, _, i) => m.Lambda != (m.Fold % 2 == 0 ? 1 : -1) && i < 2 + (m.Fold % 3), folds: 10));
        Assert.Equal([1, -1, 1, -1, 1, -1, 1, -1, 1, -1], verdict.Lambdas);
        Assert.Equal(("λ = −1.0…1.0", 200, Verdict.FirstBetter), (verdict.Choice, verdict.Rows, verdict.Test.Verdict));
        Assert.Equal(9, verdict.OverFolds!.DegreesOfFreedom);
        Assert.True(verdict.RanksOverFolds!.P < 0.01);
        Assert.Null(Validation(MadeUpSweep.Of(20, 1, (m, _, i) => m.Lambda < 1 && i < 2 + m.Fold, folds: 9)).OverFolds);
    }

    [Fact]
    public void Looking_at_more_comparisons_asks_for_more_evidence()
    {
        var real = Validation(MadeUpSweep.Of(60, 1, (m, _, i) => m.Lambda < 1 && i % 9 == 0));
        Assert.Equal((1, Verdict.FirstBetter), (real.Comparisons, real.Test.Verdict));
        var many = AlignmentVerdicts.Corrected(
            [.. Enumerable.Repeat(real, 9), real with { Selection = LambdaSelection.None },
                real with { Selection = LambdaSelection.OneStandardError }]);
        Assert.All(many.Take(10), v => Assert.Equal((10, Verdict.NotShown), (v.Comparisons, v.Test.Verdict)));
        Assert.Equal(Math.Min(1, 10 * real.Test.P), many[0].Test.AdjustedP, 9);
        Assert.Equal((1, Verdict.FirstBetter), (many[10].Comparisons, many[10].Test.Verdict));
    }

    [Fact]
    public void A_curve_has_no_difference_at_zero_and_its_best_is_beside_what_luck_claims()
    {
        var curve = LambdaCurve.Of(MadeUpSweep.Of(60, 2, (m, _, i) => i % 6 == (m.Lambda == 1 ? 0 : 3) || (m.Lambda == -1 && i < 20)), Random)
            .Single();
        Assert.Equal((0, 0, 0), (curve.Zero.Difference, curve.Zero.DifferenceInterval.Low, curve.Zero.DifferenceInterval.High));
        Assert.All(curve.Points, p => Assert.InRange(p.MacroF1, p.Interval.Low, p.Interval.High));
        Assert.Equal((60, 60, 2, 1), (curve.Rows, curve.Groups, curve.Seeds, curve.Folds));
        Assert.InRange(curve.Claim.Observed, 0, 0.01);
        Assert.True(curve.Claim.Expected > 0 && curve.Claim.High > curve.Claim.Expected && curve.Claim.P > 0.3);
        Assert.Equal(3, VerdictTable.Of([curve]).RowCount);
    }

    [Fact]
    public void The_best_of_equal_runs_claims_what_luck_gives()
    {
        var table = new TextTable(
            ["fusion", "split", "f1_macro"], [["early", "early", "early", "late"], ["test", "test", "val", "test"], ["0.5", "0.7", "0.9", "0.6"]]);
        Assert.Equal([new("early", 2, 0.6, 0.7, 0.5), new("late", 1, 0.6, 0.6, 0.6)], LuckOfTheBest.Of(table));
        Assert.Equal((0.1, 0.2), (Math.Round(LuckOfTheBest.Of(table)[0].Expected, 9), Math.Round(LuckOfTheBest.Of(table)[0].Largest, 9)));
    }

    [Fact]
    public void The_largest_published_gain_is_found_with_its_source()
    {
        var gain = PublishedGain.Largest(PublishedNumbers.Load());
        Assert.Equal(
            ("satellitebench", "clip", "late", 0.8, 312), (gain.Curve.DataSet, gain.Curve.Encoder, gain.Curve.Fusion, gain.Lambda, gain.TestRows));
        Assert.Equal(0.0492, gain.Gain, 4);
    }

    private static AlignmentVerdict Validation(SweepPredictions predictions) =>
        AlignmentVerdicts.Of(predictions, Random, "made up").Single(v => v.Selection == LambdaSelection.Validation);
}
