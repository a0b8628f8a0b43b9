using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Evaluation;

public class RetrievalTests
{
    // Directions in the plane, in degrees.
    private static EmbeddingMatrix Directions(params double[] degrees) =>
        new(
            degrees.Length, 2,
            [.. degrees.SelectMany(d => new[] { (float)(3 * Math.Cos(d * Math.PI / 180)), (float)(3 * Math.Sin(d * Math.PI / 180)) })]);

    private static EmbeddingSet Pairs(EmbeddingMatrix image, EmbeddingMatrix text) =>
        new(new TextTable(["image_id"], [[.. Enumerable.Range(0, image.Rows).Select(i => $"{i}.jpg")]]), image, text);

    [Fact]
    public void The_nearest_rows_come_in_order_without_the_row_itself()
    {
        var nearest = Retrieval.Nearest(Directions(0, 90, 10, -30), 0, 2);
        Assert.Equal([2, 3], nearest.Select(n => n.Row));
        Assert.Equal(Math.Cos(10 * Math.PI / 180), nearest[0].Cosine, 6);
    }

    [Fact]
    public void Recall_counts_images_whose_own_text_is_among_the_k_nearest()
    {
        // Image 0 finds its text first, image 1 second (text 0 is nearer), image 2 last.
        var set = Pairs(Directions(0, 40, 90), Directions(10, 80, 200));
        Assert.Equal(1 / 3.0, Retrieval.RecallAt(set, 1), 12);
        Assert.Equal(2 / 3.0, Retrieval.RecallAt(set, 2), 12);
        Assert.Equal(1, Retrieval.RecallAt(set, 3), 12);
    }

    [Fact]
    public void Texts_search_for_images_the_other_way_round()
    {
        var set = Pairs(Directions(0, 40, 90), Directions(10, 80, 200));
        Assert.Equal([1, 2, 1], Retrieval.Ranks(set, RetrievalDirection.TextToImage));
        Assert.Equal([1, 2, 3], Retrieval.Ranks(set, RetrievalDirection.ImageToText));
        Assert.Equal(2 / 3.0, Retrieval.RecallAt(set, 1, RetrievalDirection.TextToImage), 12);
    }

    [Fact]
    public void Equal_texts_do_not_push_each_other_down() =>
        Assert.Equal(1, Retrieval.RecallAt(Pairs(Directions(0, 5), Directions(20, 20)), 1), 12);

    [Fact]
    public void Two_spaces_or_too_few_rows_are_refused()
    {
        var set = Pairs(Directions(0, 5), new EmbeddingMatrix(2, 3, [1, 0, 0, 0, 1, 0]));
        Assert.Contains("one space", Assert.Throws<InputException>(() => Retrieval.RecallAt(set, 1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "at least 3", Assert.Throws<InputException>(() => Retrieval.RecallAt(Pairs(Directions(0, 5), Directions(1, 2)), 3)).Message,
            StringComparison.Ordinal);
    }
}
