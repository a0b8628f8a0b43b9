using EmbedKit.Data;
using EmbedKit.Experiments;

namespace EmbedKit.Tests.Experiments;

public class AlignmentFindingsTests
{
    [Fact]
    public void Choices_of_lambda_claim_and_give()
    {
        LambdaChoice Choice(double lambda, double gain) => new("early", "", lambda, 0.5, gain);
        Assert.Equal(
            "Chosen on the test rows, λ gains 0.0 to +3.0 points, +1.5 on average; chosen on validation rows, −2.0 to 0.0 points, −1.0 on average: "
            + "below 0 in 1 of 2 comparisons, 0.0 in 1. Both choose the same λ in 1 of 2 comparisons.",
            AlignmentFindings.Choices([(Choice(1, 0.03), Choice(0.5, -0.02)), (Choice(0, 0), Choice(0, 0))]));
    }

    [Fact]
    public void Correlations_of_either_sign_and_flat_curves_are_counted()
    {
        Assert.Equal(
            "The correlation is positive in 1 of 4 comparisons, negative in 1, zero in 1, undefined in 1; its mean is 0.10, its highest 0.80.",
            AlignmentFindings.Agreement([0.8, -0.5, 0.001, double.NaN]));
        Assert.Equal("The correlation is undefined in the only comparison.", AlignmentFindings.Agreement([double.NaN]));
        Assert.Equal(
            "Validation and test rows choose the same λ in 1 of 2 comparisons; two dice of 5 faces would in 0.4 on average.",
            AlignmentFindings.SameChoice([(0.5, 0.5), (0, 1)], 5));
    }

    [Fact]
    public void Folds_say_what_matters_more()
    {
        string Of(params double[][] scores) => AlignmentFindings.Folds(new([-1, 0], scores));
        Assert.Equal(
            "The 2 folds prefer λ = −1.0, 0.0. Best less worst: 5.0 points over λ, 25.0 over folds: which fold it is matters more.",
            Of([0.6, 0.7], [0.4, 0.8]));
        Assert.EndsWith("λ matters more.", Of([0.5, 0.6], [0.1, 0.2]), StringComparison.Ordinal);
        Assert.EndsWith("both matter alike.", Of([0.5, 0.5], [0.5, 0.5]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_shift_is_compared_with_nulls_on_the_same_lambdas()
    {
        string Of(double shift) =>
            AlignmentFindings.Nulls([("gap-shift", shift), ("no-renormalize", 0.012), ("random-direction", 0.017)], "early", [-1, 0, 1]);
        Assert.Equal(
            "early, over λ = −1.0, 0.0, 1.0: gap-shift moves macro-F1 by 1.2 points, no-renormalize by 1.2, random-direction by 1.7. "
            + "It does not move it farther than any null: nothing here shows that the direction of the gap matters.", Of(0.012));
        Assert.Contains("farther than every null: nothing", Of(0.015), StringComparison.Ordinal);
        Assert.EndsWith("It moves it farther than every null, by 1.3 points at least; no interval is known.", Of(0.03), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_runs_and_repeats_are_put_in_numbers()
    {
        Assert.Equal(
            "1 of 2 runs moves; the most, late, seed 1, by −2.0 points.",
            AlignmentFindings.Nudges([("early, seed 0", 0.5, 0.5001), ("late, seed 1", 0.52, 0.5)]));
        Assert.Equal("None of 1 run moves in the digits shown.", AlignmentFindings.Nudges([("early", 0.5, 0.5)]));
        Assert.Equal(
            "1 of 2 gains are below two standard deviations; the largest is 3.0. 1 of 3 has none: with a single run, or without a spread "
                + "published, there is no standard deviation.",
            AlignmentFindings.InDeviations([(0.03, 0.01), (0.01, 0.01), (0.01, null)]));
        Assert.StartsWith(
            "No gain can be measured in standard deviations. 1 of 1 has none", AlignmentFindings.InDeviations([(0.03, null)]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_over_the_same_lambdas_and_the_agreement_of_two_curves_are_read_from_a_sweep()
    {
        var sweep = new TextTable(
            ["fusion", "split", "lambda", "seed", "fold", "f1_macro"],
            [["early", "early", "early", "early", "early", "early"], ["test", "test", "test", "val", "val", "val"],
                ["-1", "0", "0.5", "-1", "0", "0.5"], ["0", "0", "0", "0", "0", "0"],
                ["", "", "", "", "", ""], ["0.5", "0.6", "0.9", "0.1", "0.2", "0.5"]]);
        Assert.Equal(0.1, LambdaChoice.Range(sweep, "early", [-1, 0]), 12);
        Assert.Equal(0.4, LambdaChoice.Range(sweep, "early", [-1, 0, 0.5]), 12);
        Assert.Throws<EmbedKit.Runtime.InputException>(() => LambdaChoice.Range(sweep, "early", [0.7]));
        Assert.Equal(1, LambdaChoice.Agreement(sweep, "early"), 12);
        Assert.True(double.IsNaN(LambdaChoice.Agreement(sweep.With("f1_macro", ["0.5", "0.5", "0.5", "0.1", "0.2", "0.5"]), "early")));
        Assert.True(double.IsNaN(LambdaChoice.Agreement(sweep, "late")));
    }
}
