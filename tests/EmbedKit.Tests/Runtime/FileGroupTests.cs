using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Runtime;

public sealed class FileGroupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-group-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void All_files_appear_together_and_one_not_written_is_removed()
    {
        string[] paths = [At("a.csv"), At("b.csv"), At("card.json")];
        Array.ForEach(paths, path => File.WriteAllText(path, "old"));

        FileGroup.Write(paths, staged =>
        {
            Assert.All(paths, path => Assert.Equal("old", File.ReadAllText(path)));
            AtomicFile.WriteText(staged[0], "new a");
            AtomicFile.WriteText(staged[2], "new card");
        });

        Assert.Equal(["a.csv", "card.json"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.Equal(["new a", "new card"], ((string[])[paths[0], paths[2]]).Select(File.ReadAllText));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_disk_full_at_any_file_leaves_every_old_one_and_nothing_else(int failing)
    {
        string[] paths = [At("a.csv"), At("card.json")];
        Array.ForEach(paths, path => File.WriteAllText(path, "old"));

        Assert.Throws<IOException>(() => FileGroup.Write(paths, staged =>
        {
            for (var i = 0; i < 2; i++)
            {
                AtomicFile.Write(staged[i], stream =>
                {
                    stream.Write("new"u8);
                    if (i == failing)
                    {
                        throw new IOException("No space left on device");
                    }
                });
            }
        }));

        Assert.Equal(2, Directory.GetFiles(_folder).Length);
        Assert.All(paths, path => Assert.Equal("old", File.ReadAllText(path)));
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_refused_before_any_file_changes()
    {
        string[] paths = [At("a.csv"), At("card.json")];
        File.WriteAllText(paths[0], "old");
        Directory.CreateDirectory(paths[1]);

        var refusal =
            Assert.Throws<InputException>(() => FileGroup.Write(paths, staged => Array.ForEach([.. staged], path => File.WriteAllText(path, "new"))));

        Assert.Contains("is a folder", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(paths[0]));
    }

    [Fact]
    public void Embeddings_whose_provenance_cannot_be_written_keep_the_old_pair()
    {
        var path = At("e.csv");
        EmbeddingSet Set(string model, float value) =>
            new(new(["image_id"], [["a"]]), new(1, 1, [value]), null, new Dictionary<string, string> { ["model"] = model });
        EmbeddingFile.Write(path, Set("old", 1));
        var failing = new EmbeddingRows(
            Set("new", 2).Table, new(1, (_, _) => throw new IOException("No space left on device")), null,
            new Dictionary<string, string> { ["model"] = "new" });

        Assert.Throws<IOException>(() => EmbeddingFile.Write(path, failing));

        var kept = EmbeddingFile.Read(path);
        Assert.Equal((1f, "old"), (kept.Image!.Values[0], kept.Provenance["model"]));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void Links_are_followed_and_what_a_killed_process_left_of_any_of_the_files_goes()
    {
        string[] paths = [At("a.csv"), At("card.json")];
        Directory.CreateDirectory(At("far"));
        File.CreateSymbolicLink(paths[0], "far/real.csv");
        var name = $"card.json.999999999-{Guid.NewGuid():N}.partial";
        File.WriteAllText(At(name), "x");
        string? inner = null;
        FileGroup.Write(paths, staged =>
        {
            AtomicFile.Write(staged[0], stream => inner = Assert.Single(Directory.GetFiles(At("far"))));
            AtomicFile.WriteText(staged[1], "card");
        });
        Assert.Equal("far/real.csv", new FileInfo(paths[0]).LinkTarget);
        Assert.Equal([At("far/real.csv")], Directory.GetFiles(At("far")));
        Assert.Equal(paths, Directory.GetFiles(_folder).Order(StringComparer.Ordinal));

        // Killed while it was written, the temporary of the temporary would be a leftover of the final file.
        File.WriteAllText(inner!.Replace($".{Environment.ProcessId}-", ".999999999-", StringComparison.Ordinal), "x");
        AtomicFile.WriteText(paths[0], "new");
        Assert.Equal([At("far/real.csv")], Directory.GetFiles(At("far")));
    }

    private string At(string name) => Path.Combine(_folder, name);
}
