using EmbedKit.Data;
using EmbedKit.Datasets;
using EmbedKit.Datasets.Prompts;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Datasets;

public class Ham10000Tests
{
    [Fact]
    public void The_real_metadata_gives_the_published_texts_and_split()
    {
        var metadata = Samples.Find("ham10000/HAM10000_metadata.csv");
        using var mini = new Miniature();
        File.Copy(metadata, mini["HAM10000_metadata.csv"]);
        var table = mini.Prepare("ham10000").Table;

        Assert.Equal(10015, table.RowCount);
        Assert.Equal(ShippedPrompts.Published("ham10000").Render(TextTable.Read(metadata)), table["text_published"]);
        var paper = TextTable.Read(Samples.Find("ham10000/ham10000_paper_split.csv"));
        var expected = paper["image_id"].Zip(paper["split"]).ToDictionary(r => r.First, r => r.Second);
        Assert.Equal(table["image_id"].Select(id => expected[id]), table["split_published"]);
        Assert.Contains("791 of 2,003 test rows share a group with a training row", mini.Card, StringComparison.Ordinal);
        Assert.DoesNotContain(table["text"], t => t.Contains("diagnosed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_miniature_gives_labels_groups_splits_and_image_paths()
    {
        using var mini = Miniature.Ham10000();
        var result = mini.Prepare("ham10000");
        var dataset = LabelledDataset.Read(mini.Labels);

        Assert.Equal(
            ["image_id", "image_path", "text", "text_published", "label_dx", "group_id", "split", "split_published", "lesion_id", "dx_type", "age",
                "sex", "localization", "dataset"], dataset.Table.ColumnNames);
        Assert.Equal("HAM10000_images_part_1/ISIC_0024000.jpg", dataset.ImagePaths[0]);
        Assert.Equal("HAM10000_images_part_2/ISIC_0024299.jpg", dataset.ImagePaths[^1]);
        Assert.All(dataset.ImagePaths, p => Assert.True(File.Exists(mini[p])));
        Assert.All(dataset.Groups!.Zip(dataset.Splits!).GroupBy(r => r.First), g => Assert.Single(g.Select(r => r.Second).Distinct()));
        Assert.Equal((0, 0), (result.RowsWithoutImage, result.ImagesWithoutRow));
        Assert.False(File.Exists(Path.Combine(mini.Out, "unmatched.csv")));
        Assert.Contains("CC BY-NC 4.0", mini.Card, StringComparison.Ordinal);
    }

    [Fact]
    public void The_prompt_is_the_published_one_or_a_students_file_when_asked()
    {
        using var mini = Miniature.Ham10000();
        var published = mini.Prepare("ham10000", o => o with { Prompt = "published" }).Table;
        Assert.Equal(published["text_published"], published["text"]);

        File.WriteAllText(mini["mine.txt"], "A spot on the {localization}.\n");
        var mine = mini.Prepare("ham10000", o => o with { Prompt = mini["mine.txt"] }).Table;
        Assert.StartsWith("A spot on the ", mine["text"][0], StringComparison.Ordinal);
        Assert.Equal(published["text_published"], mine["text_published"]);
    }

    [Fact]
    public void A_source_that_is_not_there_says_what_is_expected_and_where_to_get_it()
    {
        using var mini = new Miniature();
        var message = Assert.Throws<InputException>(() => mini.Prepare("ham10000")).Message;
        Assert.Contains("no HAM10000_metadata.csv", message, StringComparison.Ordinal);
        Assert.Contains("HAM10000_images_part_2/", message, StringComparison.Ordinal);
        Assert.Contains("doi:10.7910/DVN/DBW86T", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_preparation_writes_nothing()
    {
        using var mini = Miniature.Ham10000();
        Assert.Throws<OperationCanceledException>(() => DatasetPreparation.Prepare(
            "ham10000", new() { Source = mini.Source, Out = mini.Out }, new RandomStreams(0), null, new CancellationToken(canceled: true)));
        Assert.False(Directory.Exists(mini.Out));
    }
}
