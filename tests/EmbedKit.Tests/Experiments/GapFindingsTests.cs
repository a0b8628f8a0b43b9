using EmbedKit.Data;
using EmbedKit.Experiments;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Experiments;

public class GapFindingsTests
{
    private static GapResult Made(
        string dataset, string encoder, double within = 0.5, double between = 0, double own = 0, double atZero = 1, double atOne = 0.4,
        double training = 1) =>
        new(dataset, encoder, 10, 1, training, atZero, atOne, 0.5, 0.5, within, 0.5, between, own);

    [Fact]
    public void Cones_are_narrower_as_wide_or_wider_than_the_control()
    {
        Assert.Equal(
            "clip: beside the cone of general (mean cosine within images 0.500), that of pictures is narrower on skin (0.900); as wide on eyes "
                + "(0.500); wider on tiles (0.400).",
            GapFindings.Cones(
                [Made("skin", "clip", 0.9), Made("eyes", "clip", 0.5001), Made("tiles", "clip", 0.4), Made("general", "clip")], "general"));
        Assert.Equal("clip: no general to compare with.", GapFindings.Cones([Made("skin", "clip")], "general"));
        Assert.Equal("No gap was measured.", GapFindings.Cones([], "general"));
    }

    [Fact]
    public void Angles_own_pairs_remainders_and_training_rows_are_read_off_an_encoder_at_a_time()
    {
        GapResult[] all =
            [Made("skin", "clip", between: 0.125, own: 0.2), Made("general", "clip", between: 0, own: 0),
                Made("skin", "dino", atOne: 0.34, training: 0.98)];
        Assert.Equal(
            "clip: the mean picture and the mean text stand at 60° to 90°.\ndino: the mean picture and the mean text stand at 90°.",
            GapFindings.Angles(all));
        Assert.StartsWith(
            "clip: beside the mean cosine between any two, that of a picture and its own text is higher in 1 of 2 data sets, equal in 1.",
            GapFindings.OwnPairs(all), StringComparison.Ordinal);
        Assert.EndsWith(
            "dino: after λ = 1 the gap is 0.340 long, 34 % of what it is at λ = 0.", GapFindings.Remainders(all), StringComparison.Ordinal);
        Assert.Equal("Learned from training rows alone, the gap differs in length by at most 2.0 % (skin, dino).", GapFindings.Training(all));
        Assert.Equal("No gap was measured.", GapFindings.Training([]));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(9)]
    public void Before_and_after_are_measured_on_rows_normalised_alike_whatever_the_widths(int textWidth)
    {
        var random = new Random(1);
        float[] Values(int width, float offset) =>
            [.. Enumerable.Range(0, 40 * width).Select(i => (float)random.NextDouble() + (i % width < 3 ? offset : 0))];
        string[] split = [.. Enumerable.Range(0, 40).Select(i => i < 30 ? "train" : "test")];
        var set = new EmbeddingSet(
            new TextTable(["image_id", "split"], [[.. Enumerable.Range(0, 40).Select(i => $"{i}")], split]), new EmbeddingMatrix(40, 6, Values(6, 2)),
            new EmbeddingMatrix(40, textWidth, Values(textWidth, -0.4f)));
        var result = GapResult.Of("made-up", "x", set);
        Assert.InRange(result.GapAtZero, 0, 2);
        Assert.InRange(result.Remains, 0, 0.5);
        Assert.Equal(textWidth == 6, Math.Abs(result.Gap - result.GapAtZero) < 1e-6);
        Assert.Equal("made-up,x,40", string.Join(',', GapResult.Columns.ToTable([result]).Columns.Take(3).Select(c => c[0])));
    }

    [Fact]
    public void Recall_stands_beside_chance()
    {
        Assert.Equal(
            "Beside chance, R@1 is higher in 1 of 2 data sets, equal in 1. R@5 is 1.0 times chance (b) to 4.0 times chance (a).",
            RetrievalResult.InWords([new("a", 20, 0.2, 0.05, 1, 0.25), new("b", 20, 0.05, 0.05, 0.25, 0.25)]));
        Assert.EndsWith("R@5 is 4.0 times chance (a).", RetrievalResult.InWords([new("a", 20, 0.2, 0.05, 1, 0.25)]), StringComparison.Ordinal);
        Assert.Equal("Nothing was searched.", RetrievalResult.InWords([]));
    }
}
