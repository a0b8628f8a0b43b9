using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public class FusionTableTests
{
    private static readonly string[] Names =
        ["dataset", "encoder", "protocol", "fusion", "lambda", "seed", "split", "accuracy", "f1_macro", "auc_ovr"];

    private static TextTable Sweep(string protocol, params (string Fusion, double Lambda, string Split, double F1)[] rows) => new(Names,
        [.. Names.Select((name, column) => rows.Select((r, i) => column switch
        {
            0 => "made-up", 1 => "clip", 2 => protocol, 3 => r.Fusion, 4 => r.Lambda.ToString(CultureInfo.InvariantCulture),
            5 => i.ToString(CultureInfo.InvariantCulture), 6 => r.Split, 9 => "", _ => r.F1.ToString(CultureInfo.InvariantCulture),
        }).ToArray())]);

    [Fact]
    public void Leak_free_chooses_lambda_on_validation_rows_even_when_the_test_rows_prefer_another()
    {
        var results = FusionTable.Reduce(Sweep("leak-free",
            ("early", 0, "val", 0.5), ("early", 0, "test", 0.5), ("early", 1, "val", 0.6), ("early", 1, "test", 0.4), ("early", -1, "val", 0.1),
            ("early", -1, "test", 0.9)));
        var aligned = Assert.Single(results, r => r.Model == "early aligned");
        Assert.Equal((1, 0.4), (aligned.Lambda, aligned.MacroF1));
    }

    [Fact]
    public void Published_takes_the_best_lambda_on_the_test_rows()
    {
        var results = FusionTable.Reduce(Sweep("published", ("late", 0, "test", 0.5), ("late", 0.5, "test", 0.7), ("late", 1, "test", 0.6)));
        Assert.Equal(0.7, results.Single(r => r.Model == "late aligned").MacroF1);
        Assert.Equal(0.5, results.Single(r => r.Model == "late").MacroF1);
    }

    [Fact]
    public void Seeds_are_averaged_with_their_range_and_a_missing_auc_stays_blank()
    {
        var result = FusionTable.Reduce(Sweep("leak-free", ("text", 0, "test", 0.2), ("text", 0, "test", 0.4))).Single();
        Assert.Equal((0.3, 0.2, 0.4, 2), (Math.Round(result.MacroF1, 12), result.Lowest, result.Highest, result.Seeds));
        Assert.Equal("", FusionTable.Columns.ToTable([result])["auc_ovr_mean"][0]);
    }

    [Fact]
    public void The_mean_of_equal_seeds_is_their_score_whatever_a_sum_rounds_to()
    {
        var result = FusionTable.Reduce(Sweep("leak-free", ("text", 0, "test", 0.1), ("text", 0, "test", 0.1), ("text", 0, "test", 0.1))).Single();
        Assert.Equal((0.1, 0.1, 0.1), (result.Lowest, result.MacroF1, result.Highest));
    }

    [Fact]
    public void Of_equal_shifts_the_one_nearest_zero_is_chosen() =>
        Assert.Equal(
            0.1, FusionTable.Reduce(Sweep("published", ("early", 0, "test", 0.5), ("early", 1, "test", 0.7), ("early", 0.1, "test", 0.7)))[1].Lambda);

    [Fact]
    public void Choosing_on_the_test_rows_never_loses_and_choosing_on_validation_rows_may()
    {
        var sweep = Sweep("leak-free",
            ("early", 0, "val", 0.5), ("early", 0, "test", 0.5), ("early", 1, "val", 0.6), ("early", 1, "test", 0.4), ("early", -1, "val", 0.1),
            ("early", -1, "test", 0.9));
        Assert.Equal(new("early", "test", -1, 0.9, 0.4), LambdaChoice.Of(sweep, "early", "test"));
        var honest = LambdaChoice.Of(sweep, "early", "val");
        Assert.Equal((1, -0.1), (honest.Lambda, Math.Round(honest.GainOverZero, 12)));
        Assert.Contains(
            "no row of 'late'", Assert.Throws<InputException>(() => LambdaChoice.Of(sweep, "late", "val")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_without_lambda_zero_or_with_mixed_protocols_is_refused()
    {
        Assert.Contains(
            "λ=0", Assert.Throws<InputException>(() => FusionTable.Reduce(Sweep("published", ("early", 1, "test", 0.7)))).Message,
            StringComparison.Ordinal);
        var mixed = Sweep("published", ("early", 0, "test", 0.7), ("early", 0, "test", 0.7)).With("protocol", ["published", "leak-free"]);
        Assert.Throws<InputException>(() => FusionTable.Reduce(mixed));
    }
}
