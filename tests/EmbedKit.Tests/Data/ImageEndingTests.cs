using EmbedKit.Data;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Data;

public sealed class ImageEndingTests
{
    public static TheoryData<string> Endings => [".jpg", ".JPG", ".Jpeg", ".png", ".tif", ".TIFF", ".bmp", ".gif", ".webp", ".WEBP", ".jp2", ".heic"];

    [Theory]
    [MemberData(nameof(Endings))]
    public void Every_ending_in_any_case_is_left_out_when_embeddings_are_joined(string ending)
    {
        EmbeddingSet image = new(new(["image_id"], [["a" + ending, "b" + ending]]), new(2, 1, [1f, 2f]), null, new Dictionary<string, string>());
        EmbeddingSet text = new(new(["image_id"], [["b", "a"]]), null, new(2, 1, [3f, 4f]), new Dictionary<string, string>());
        Assert.Equal([4f, 3f], EmbeddingJoin.Modalities(image, text).Text!.Values);
        Assert.Equal(LooseId.Key("a"), LooseId.Key("a" + ending));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Images_are_found_by_ids_without_ending_and_with_their_ending_in_another_case(string ending)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a" + ending], "picture");
        var other = char.IsLower(ending[1]) ? ending.ToUpperInvariant() : ending.ToLowerInvariant();
        string[] ids = ["a" + ending, "a", "a" + other, "a.txt"];
        LabelledDataset dataset = new("d", new(["image_id", "text"], [ids, ids]));
        var files = new ImageFiles(dataset, folder.Path, 0, ids.Length);
        Assert.All([0, 1, 2], row => Assert.Equal("picture", File.ReadAllText(files.Of(row)!)));
        Assert.Null(files.Of(3));
    }
}
