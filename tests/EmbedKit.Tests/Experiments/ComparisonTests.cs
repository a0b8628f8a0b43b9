using EmbedKit.Experiments;
using EmbedKit.Report;

namespace EmbedKit.Tests.Experiments;

public class ComparisonTests
{
    private static readonly ReproductionTask Task = new("made-up", "label_dx", "ham10000");
    private static readonly EncoderPair Clip = new("clip", "tiny-clip", null, "CLIP");
    private static readonly PublishedNumbers Published = PublishedNumbers.Load();

    private static FusionResult Result(string protocol, string model, double lambda, double f1) =>
        new("made-up.dx", "clip", protocol, model, lambda, f1, f1 - 0.01, f1 + 0.01, 0.5, null, 2);

    [Fact]
    public void Scores_stand_beside_the_published_number_with_its_source()
    {
        var rows = Comparison.Scores(Task, Clip, [Result("published", "early", 0, 0.6), Result("leak-free", "early", 0, 0.5)], Published);
        Assert.Equal(["made-up, image only", "made-up, text only", "made-up, early fusion", "made-up, late fusion"], rows.Select(r => r.What));
        var paper = Published.Result("ham10000", "clip", "early")!;
        Assert.Equal(($"{paper.BestMacroF1:0.000} on ham10000", "0.600 (0.590–0.610)", "0.500 (0.490–0.510)"), rows[2].InWords);
        Assert.Equal((paper.BestMacroF1, paper.Source), (rows[2].Published!.Value, rows[2].Published!.Source));
        Assert.Equal((null, null), (rows[0].Published, rows[0].LeakFree));
    }

    [Fact]
    public void Gains_are_differences_from_lambda_zero_in_points()
    {
        var rows = Comparison.Gains(Task, Clip, [Result("leak-free", "late", 0, 0.5), Result("leak-free", "late aligned", -0.5, 0.481)], Published);
        Assert.Equal("−1.9 points (λ = −0.5)", rows[1].InWords.LeakFree);
        Assert.Null(rows[1].Reproduced);
        Assert.Matches(@"^[+−]?\d+\.\d points \(λ = .+\) on ham10000$", rows[1].InWords.Published);
        Assert.NotNull(rows[1].Published!.Source);
    }

    [Fact]
    public void A_control_without_a_paper_data_set_has_nothing_published() =>
        Assert.All(Comparison.Gains(Task with { PaperDataset = null }, Clip, [], Published), r => Assert.Null(r.Published));

    [Fact]
    public void A_change_of_size_is_shown_from_and_to_with_the_share_that_is_left()
    {
        var ours = new ComparisonNumber(0.375, ComparisonUnit.Mebibytes) { Before = 37.5, Note = "shapes alone count" };
        Assert.Equal("37.5 MiB → 0.375 MiB (1.0 %): shapes alone count", ours.ToString());
        Assert.Equal("37.5 MiB → 0.375 MiB on ham10000", (ours with { Note = null, DataSet = "ham10000" }).ToString());
    }

    [Fact]
    public void The_table_says_in_words_what_is_missing()
    {
        var table = Comparison.ToTable([new("x", null, new(0.5, ComparisonUnit.Score), null)]);
        Assert.Equal(["x", "not published", "0.500", "not run", ""], table.Columns.Select(c => c[0]));
    }
}
