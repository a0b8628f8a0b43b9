using EmbedKit.Data;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Runtime;
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
        Assert.Equal(1, files.LooseMatches);
    }

    [Theory]
    [InlineData("7", "007.png", true)]
    [InlineData("isic_0024306", "ISIC_0024306.jpg", true)]
    [InlineData("a.bmp", "a.jpg", true)]
    [InlineData("a", "deeper/a.jpg", true)]
    [InlineData("A.JPG", "a.jpg,a.png", true)]
    [InlineData("a", "b.jpg", false)]
    public void One_rule_finds_files_for_embed_prepare_and_audit(string id, string there, bool found)
    {
        using var folder = new TemporaryFolder();
        var files = there.Split(',');
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
            File.WriteAllText(folder[file], file);
        }

        LabelledDataset dataset = new("d", new(["image_id", "text"], [[id], [id]]));
        var embedded = new ImageFiles(dataset, folder.Path, 0, 1).Of(0);
        Assert.Equal(found ? files[0] : null, embedded is null ? null : File.ReadAllText(embedded));
        Assert.Equal(found ? files[0] : null, new ImageIndex(folder.Path, ["."]).Find(id, "here"));
    }

    [Fact]
    public void A_name_that_could_mean_several_files_means_none()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["07.png"], "");
        File.WriteAllText(folder["007.png"], "");
        LabelledDataset dataset = new("d", new(["image_id", "text"], [["7"], ["7"]]));
        var error = Assert.Throws<InputException>(() => new ImageFiles(dataset, folder.Path, 0, 1));
        Assert.EndsWith("row 2: image '7' could be 007.png or 07.png; expected one file, or the exact name.", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_of_two_embedding_files_meet_by_the_same_rule()
    {
        EmbeddingSet image = new(new(["image_id"], [["007.jpg", "B"]]), new(2, 1, [1f, 2f]), null, new Dictionary<string, string>());
        EmbeddingSet text = new(new(["image_id"], [["b", "7"]]), null, new(2, 1, [3f, 4f]), new Dictionary<string, string>());
        Assert.Equal([4f, 3f], EmbeddingJoin.Modalities(image, text).Text!.Values);
    }

    [Fact]
    public void Ids_that_are_one_text_are_joined_and_two_of_them_are_one_id_twice()
    {
        EmbeddingSet image = new(new(["image_id"], [["caf\u00e9.jpg", "b "]]), new(2, 1, [1f, 2f]), null, new Dictionary<string, string>());
        EmbeddingSet text = new(new(["image_id"], [["b", "cafe\u0301"]]), null, new(2, 1, [3f, 4f]), new Dictionary<string, string>());
        Assert.Equal([4f, 3f], EmbeddingJoin.Modalities(image, text).Text!.Values);
        EmbeddingSet other = new(new(["image_id"], [["cafe\u0301.jpg"]]), new(1, 1, [1f]), null, new Dictionary<string, string>());
        Assert.Contains(
            "stands in row 2 of", Assert.Throws<EmbedKit.Runtime.InputException>(() => EmbeddingJoin.Shards([image, other])).Message,
            StringComparison.Ordinal);
    }
}
