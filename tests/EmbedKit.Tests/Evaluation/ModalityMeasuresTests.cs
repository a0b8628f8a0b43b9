using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Evaluation;

public class ModalityMeasuresTests
{
    [Fact]
    public void Every_measure_equals_NumPy_over_all_pairs()
    {
        var golden = GoldenValues.Json("alignment/golden.json");
        var expected = golden.GetProperty("measures");
        var measures = ModalityMeasures.Of(Set(Matrix(golden.GetProperty("image")), Matrix(golden.GetProperty("text"))), new(0));
        var named = measures.ToNamed().ToDictionary(m => m.Name, m => m.Value);

        foreach (var name in new[] { "gap", "relative_gap", "image_resultant_length", "text_resultant_length", "cosine_within_image",
            "cosine_within_text", "cosine_between", "cosine_of_pairs" })
        {
            Assert.Equal(expected.GetProperty(name).GetDouble(), named[name]!.Value, 1e-6);
        }

        Assert.Equal(1 - named["text_resultant_length"]!.Value, named["text_spherical_variance"]!.Value, 1e-12);
        Assert.All(new[] { 0, 1 }, i => Assert.Equal(expected.GetProperty("principal_variance")[i].GetDouble(), measures.PrincipalVariance[i], 1e-6));
        foreach (var k in new[] { 1, 5, 10 })
        {
            Assert.Equal(expected.GetProperty("image_to_text").GetProperty($"{k}").GetDouble(), named[$"recall_at_{k}_image_to_text"]!.Value, 1e-12);
            Assert.Equal(expected.GetProperty("text_to_image").GetProperty($"{k}").GetDouble(), named[$"recall_at_{k}_text_to_image"]!.Value, 1e-12);
        }
    }

    [Fact]
    public void A_gap_parts_the_modalities_and_without_one_they_lie_together()
    {
        double Separability(double gap) => LinearSeparability.Accuracy(Random(rows: 400, width: 8, gap), new SeededRandom(1))!.Value;

        Assert.Equal(1, Separability(12), 0.01);
        Assert.InRange(Separability(1.5), 0.75, 0.98);
        Assert.InRange(Separability(0), 0.35, 0.65);
        Assert.Equal(Separability(1.5), Separability(1.5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void What_too_few_rows_cannot_show_stays_blank(int rows)
    {
        var measures = ModalityMeasures.Of(Random(rows, width: 4, gap: 1), new(0));

        Assert.Null(measures.Separability);
        Assert.Null(measures.ImageToText);
        Assert.All(measures.ToNamed(), m => Assert.True(m.Value is null || double.IsFinite(m.Value.Value)));
        Assert.Equal(rows == 1, measures.ToNamed().Single(m => m.Name == "relative_gap").Value is null);
    }

    private static EmbeddingSet Random(int rows, int width, double gap)
    {
        var random = new SeededRandom(3);
        EmbeddingMatrix Rows(double offset) =>
            new(rows, width, [.. Enumerable.Range(0, rows * width).Select(i => (float)((i % width == 0 ? offset : 0) + random.NextGaussian()))]);
        return Set(Rows(gap / 2), Rows(-gap / 2));
    }

    private static EmbeddingMatrix Matrix(System.Text.Json.JsonElement rows) =>
        new(rows.GetArrayLength(), rows[0].GetArrayLength(), [.. rows.EnumerateArray().SelectMany(r => r.Doubles()).Select(v => (float)v)]);

    private static EmbeddingSet Set(EmbeddingMatrix image, EmbeddingMatrix text) =>
        new(new TextTable(["image_id"], [[.. Enumerable.Range(0, image.Rows).Select(i => $"{i}")]]), image, text);
}
