using EmbedKit.Runtime;

namespace EmbedKit.Tests.Runtime;

[Trait("Tier", "slow")]
public sealed class OutputLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_place_is_held_however_it_is_spelled_and_the_second_learns_by_whom()
    {
        Directory.CreateDirectory(At("sub"));
        File.CreateSymbolicLink(At("link.csv"), "sub/a.csv");
        Directory.CreateSymbolicLink(At("other"), "sub");
        using var held = Hold(At("sub/a.csv"), isFolder: false, "embedkit sweep\u001b[31m");
        foreach (var spelling in (string[])["sub/a.csv", "link.csv", "other/a.csv", "sub/../sub/./a.csv"])
        {
            var message = Assert.Throws<InputException>(() => Hold(At(spelling), isFolder: false, "embedkit embed")).Message;
            Assert.Contains($"process {Environment.ProcessId} has been writing there since ", message, StringComparison.Ordinal);
            Assert.Contains("(embedkit sweep [31m)", message, StringComparison.Ordinal);
            Assert.StartsWith(At(spelling), message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Afterwards_the_place_is_free_and_nothing_is_left(bool isFolder)
    {
        for (var i = 0; i < 2; i++)
        {
            using (Hold(At("new/deep/out"), isFolder, "x"))
            {
                Assert.True(OutputPath.IsFree(At("new/deep/out")));
            }

            Assert.Empty(Directory.GetFileSystemEntries(_folder));
        }
    }

    [Fact]
    public void What_was_written_stays_with_its_folders()
    {
        using (Hold(At("new/out"), isFolder: true, "x"))
        {
            File.WriteAllText(At("new/out/result"), "x");
        }

        Assert.Equal([At("new/out/result")], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_folder_is_not_made_where_a_file_is_about_to_be_written()
    {
        using (Hold(At("a.csv"), isFolder: false, "embedkit sweep"))
        {
            var message = Assert.Throws<InputException>(() => Hold(At("a.csv"), isFolder: true, "embedkit train")).Message;
            Assert.Contains($"process {Environment.ProcessId} has been writing there since ", message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(At("a.csv")));
        }

        Hold(At("a.csv"), isFolder: true, "embedkit train").Dispose();
    }

    [Fact]
    public void What_a_job_that_was_killed_left_beside_its_new_folder_is_taken_away()
    {
        Directory.CreateDirectory(At("d"));
        File.WriteAllText(At("d.running"), "{}");
        File.WriteAllText(At("d.running.lock"), "x");
        Hold(At("d"), isFolder: true, "embedkit data split").Dispose();
        Assert.Equal([At("d")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Companions_are_held_and_of_a_refused_job_nothing_is()
    {
        using var held = OutputLock.Hold([new(At("s.csv")), new(At("s.timing.json")), new(At("new/journal"))], "embedkit sweep");
        foreach (var companion in (string[])["s.timing.json", "new/journal"])
        {
            var message = Assert.Throws<InputException>(() => OutputLock.Hold([new(At("a.csv")), new(At(companion)), new(At("z.csv"))], "x")).Message;
            Assert.StartsWith($"{At(companion)}: process {Environment.ProcessId} has been writing there since ", message, StringComparison.Ordinal);
        }

        OutputLock.Hold([new(At("a.csv")), new(At("z.csv")), new(At("./z.csv"))], "x").Dispose();
    }

    [Fact]
    public void A_companion_that_cannot_be_is_refused_before_anything_is_made()
    {
        Directory.CreateDirectory(At("there"));
        Assert.Contains(
            "is a folder", Assert.Throws<InputException>(() => OutputLock.Hold([new(At("new/a")), new(At("there"))], "x")).Message,
            StringComparison.Ordinal);
        Assert.Equal([At("there")], Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("out", true, "out/sub/a.csv", false)]
    [InlineData("out", true, "out/sub", true)]
    [InlineData("out/sub/a.csv", false, "out", true)]
    [InlineData("out/sub", true, "out", true)]
    public void A_folder_is_held_with_all_below_it(string first, bool firstIsFolder, string second, bool secondIsFolder)
    {
        using (Hold(At(first), firstIsFolder, "embedkit reproduce"))
        {
            var before = Directory.GetFileSystemEntries(_folder, "*", SearchOption.AllDirectories);
            var message = Assert.Throws<InputException>(() => Hold(At(second), secondIsFolder, "x")).Message;
            Assert.StartsWith(
                $"{At(second)}: process {Environment.ProcessId} has been writing in {At(first)} since ", message, StringComparison.Ordinal);
            Assert.Equal(before, Directory.GetFileSystemEntries(_folder, "*", SearchOption.AllDirectories));
            Hold(At("outside/out"), isFolder: true, "x").Dispose();
            Hold(At("out.csv"), isFolder: false, "x").Dispose();
        }

        Hold(At(second), secondIsFolder, "x").Dispose();
    }

    [Fact]
    public void Where_a_folder_job_came_first_no_file_is_written()
    {
        using var held = Hold(At("a"), isFolder: true, "embedkit train");
        Assert.Contains(
            "is a folder", Assert.Throws<InputException>(() => Hold(At("a"), isFolder: false, "embedkit sweep")).Message, StringComparison.Ordinal);
        Assert.Equal([At("a")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Who_comes_while_a_place_changes_hands_gets_it()
    {
        var leaving = new FileStream(At("a.csv.running.lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var leave = new Thread(() =>
        {
            Thread.Sleep(50);
            File.Delete(At("a.csv.running.lock"));
            leaving.Dispose();
        });
        leave.Start();
        Hold(At("a.csv"), isFolder: false, "x").Dispose();
        leave.Join();
    }

    [Fact]
    public void A_mark_of_a_dead_process_names_nobody()
    {
        using var another = new FileStream(At("a.csv.running.lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.WriteAllText(
            At("a.csv.running"), $$"""{"Process":999999999,"Machine":"{{Environment.MachineName}}","Since":"long ago","Command":"embedkit sweep"}""");
        var message = Assert.Throws<InputException>(() => Hold(At("a.csv"), isFolder: false, "x")).Message;
        Assert.Contains("another process is writing there", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_of_a_killed_process_are_taken_over()
    {
        File.WriteAllText(At("a.csv.running"), "{\"Process\":1");
        File.WriteAllText(At("a.csv.running.lock"), "xx");
        Hold(At("a.csv"), isFolder: false, "x").Dispose();
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Of_many_at_once_one_holds_it()
    {
        var (inside, most, refused) = (0, 0, 0);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            try
            {
                using var held = Hold(At("a.csv"), isFolder: false, "x");
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Thread.Yield();
                Interlocked.Decrement(ref inside);
            }
            catch (InputException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.Equal(1, most);
        Assert.InRange(refused, 0, 63);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("", false, "is no path")]
    [InlineData(" ", true, "is no path")]
    [InlineData("a\0b", false, "is no path")]
    [InlineData("there/", false, "names a folder")]
    [InlineData("there", false, "is a folder")]
    [InlineData("file.csv", true, "is a file; expected a folder")]
    [InlineData("file.csv/x.csv", false, "is a file; expected a folder there")]
    [InlineData("file.csv/x/y", true, "is a file; expected a folder there")]
    public void A_place_that_cannot_be_is_refused_before_anything_is_made(string path, bool isFolder, string because)
    {
        Directory.CreateDirectory(At("there"));
        File.WriteAllText(At("file.csv"), "x");
        var given = path.Trim().Length == 0 ? path : At(path);
        Assert.Contains(because, Assert.Throws<InputException>(() => Hold(given, isFolder, "x")).Message, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public void A_name_that_leaves_no_room_for_what_lies_beside_it_is_refused()
    {
        Assert.Contains(
            "225 bytes long; expected at most 220", Assert.Throws<InputException>(() => Hold(At(new string('a', 225)), false, "x")).Message,
            StringComparison.Ordinal);
        Hold(At(new string('a', 220)), isFolder: false, "x").Dispose();
    }

    private static OutputLock Hold(string path, bool isFolder, string command) => OutputLock.Hold([new(path, isFolder)], command);

    private string At(string name) => Path.Combine(_folder, name);
}
