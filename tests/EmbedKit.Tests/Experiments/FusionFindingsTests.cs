using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

/// <summary>Sentences against tables made up at random: what they count is counted here again, from the digits shown.</summary>
public class FusionFindingsTests
{
    private static FusionResult Line(
        string model, double f1, string protocol = "leak-free", string dataset = "skin", string encoder = "clip", double spread = 0.001) =>
        new(dataset, encoder, protocol, model, 0, f1, f1 - spread, f1 + spread, 0.5, null, 2);

    [Fact]
    public void Reproduced_beside_leak_free_is_counted_row_by_row()
    {
        FusionResult[] results = [Line("image", 0.7), Line("text", 0.6), Line("early", 0.8), Line("late", 0.5),
            Line("image", 0.7004, "published"), Line("text", 0.5, "published"), Line("early", 0.82, "published"), Line("late", 0.4, "published"),
            Line("early aligned", 0.9, "published")];
        Assert.Equal(
            "Beside leak-free, reproduced is higher in 1 of 4 rows, lower in 2, equal in 1. Reproduced less leak-free: −10.0 to +2.0 points, −4.5 "
                + "on average.",
            FusionFindings.Protocols(results));
        Assert.Equal("No model was run by both protocols.", FusionFindings.Protocols(results[..4]));
    }

    [Fact]
    public void The_better_fusion_is_above_within_equal_to_or_below_the_better_single_modality()
    {
        string Of(double fused, double spread = 0.001) =>
            FusionFindings.Fusion(
                [Line("image", 0.7), Line("text", 0.6), Line("early", 0.5), Line("late", fused, spread: spread), Line("late shuffled", 0.4)], "Skin");
        Assert.Contains(
            "the better fusion (late) reaches 0.800 (0.799–0.801), above every run of the better single modality (image: 0.700", Of(0.8),
            StringComparison.Ordinal);
        Assert.Contains("above the mean of, but within the spread of, the better", Of(0.702, 0.01), StringComparison.Ordinal);
        Assert.Contains("equal to the better", Of(0.7002), StringComparison.Ordinal);
        Assert.Contains("below the better", Of(0.6), StringComparison.Ordinal);
        Assert.EndsWith("With the texts of other rows it reaches 0.400 (0.399–0.401).", Of(0.6), StringComparison.Ordinal);
        Assert.Equal("Skin, leak-free: fusion and single modalities were not both run.", FusionFindings.Fusion([Line("image", 0.7)], "Skin"));
    }

    [Fact]
    public void The_control_says_whether_the_text_counts_and_where_that_leaves_early_fusion()
    {
        string Of(double shuffled) => FusionFindings.Control([Line("image", 0.6), Line("early", 0.7), Line("early shuffled", shuffled)]);
        Assert.Equal(
            "With the texts of other rows early fusion goes from 0.700 to 0.650 (−5.0 points): the text counts. That is above the picture alone "
                + "(0.600).", Of(0.65));
        Assert.Contains("the text counts. That is below the picture alone", Of(0.5), StringComparison.Ordinal);
        Assert.Contains("the text counts. That is equal to the picture alone", Of(0.6), StringComparison.Ordinal);
        Assert.Contains("(+1.0 points): nothing shows here that the text counts.", Of(0.71), StringComparison.Ordinal);
        Assert.Contains("(0.0 points): nothing shows here that the text counts.", Of(0.7002), StringComparison.Ordinal);
        Assert.Equal("The control was not run.", FusionFindings.Control([]));
    }

    [Fact]
    public void Two_encoders_are_compared_under_each_protocol()
    {
        FusionResult[] results =
            [Line("image", 0.7), Line("image", 0.6, encoder: "dino"), Line("text", 0.5, "published"),
                Line("text", 0.6, "published", encoder: "dino")];
        Assert.Equal(
            "Reproduced: beside dino, clip is lower in the only row; the difference is −10.0 points. Leak-free: beside dino, clip is higher in the "
                + "only row; the difference is +10.0 points.",
            FusionFindings.Encoders(results, "clip", "dino"));
    }

    [Fact]
    public void Published_runs_are_compared_where_there_are_both()
    {
        var published = PublishedNumbers.Load();
        var difference = published.Result("satellitebench", "clip", "early")!.BestMacroF1!.Value - published.Result(
            "satellitebench", "embeddings", "early")!.BestMacroF1!.Value;
        Assert.Contains($"early {NumberText.Points(difference)}", FusionFindings.Published(published, "satellitebench"), StringComparison.Ordinal);
        Assert.Contains(
            "early not published for both, late not published for both", FusionFindings.Published(published, "mbrset"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Over_any_tasks_the_counts_and_the_ends_are_those_of_the_table(int tasks)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            FusionResult[] results = [.. from t in Enumerable.Range(0, tasks)
                                         from model in (string[])["image", "text", "early", "late", "early shuffled"]
                                         select Line(model, Math.Round(0.5 + (random.Next(20) / 1000.0), 3), dataset: $"task {t}")];
            double At(string dataset, string model) => results.Single(r => r.Dataset == dataset && r.Model == model).MacroF1;
            string[] names = [.. results.Select(r => r.Dataset).Distinct()];
            var higher = names.Count(n => Math.Max(At(n, "early"), At(n, "late")) > Math.Max(At(n, "image"), At(n, "text")));
            double[] changes = [.. names.Select(n => At(n, "early shuffled") - At(n, "early"))];

            var sentence = FusionFindings.Overall(results);

            Assert.Equal(higher > 0, sentence.Split(". ")[0].Contains("higher in", StringComparison.Ordinal));
            Assert.True(higher == 0 || higher == tasks || sentence.Contains($"higher in {higher} of {tasks} rows", StringComparison.Ordinal));
            Assert.Contains(NumberText.Points(changes.Min()), sentence, StringComparison.Ordinal);
            Assert.Contains(NumberText.Points(changes.Max()), sentence, StringComparison.Ordinal);
        }
    }
}
