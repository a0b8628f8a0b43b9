using System.Diagnostics;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Runtime;

public sealed class RegularFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_and_a_link_to_it_are_opened()
    {
        var file = Path.Combine(_folder, "a.csv");
        File.WriteAllText(file, "x");
        var link = File.CreateSymbolicLink(Path.Combine(_folder, "b.csv"), "a.csv").FullName;
        foreach (var path in (string[])[file, link])
        {
            using var stream = RegularFile.OpenRead(path, "a table");
            Assert.Equal(1, stream.Length);
        }
    }

    [Fact]
    public void A_pipe_a_device_and_links_to_them_are_refused_without_being_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes with a path are Unix's.");
        var pipe = Path.Combine(_folder, "pipe.csv");
        using var made = Process.Start("mkfifo", pipe);
        made.WaitForExit();
        var toPipe = File.CreateSymbolicLink(Path.Combine(_folder, "link.csv"), pipe).FullName;
        var toDevice = File.CreateSymbolicLink(Path.Combine(_folder, "zero.csv"), "/dev/zero").FullName;
        foreach (var (path, kind) in new[] { (pipe, "a pipe"), (toPipe, "a pipe"), ("/dev/zero", "a device"), (toDevice, "a device") })
        {
            Assert.StartsWith($"{path}: {(OperatingSystem.IsLinux() ? kind : "empty file, or")}", Refused(path), StringComparison.Ordinal);
            Assert.EndsWith("; expected a table.", Refused(path), StringComparison.Ordinal);
        }

        File.WriteAllText(Path.Combine(_folder, "empty"), "");
        Assert.Contains("empty file", Refused(Path.Combine(_folder, "empty")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_a_folder_and_a_broken_link_are_named()
    {
        var link = File.CreateSymbolicLink(Path.Combine(_folder, "broken"), Path.Combine(_folder, "nowhere")).FullName;
        Assert.Contains("no such file", Refused(Path.Combine(_folder, "none")));
        Assert.Equal($"{link}: a link to '{Path.Combine(_folder, "nowhere")}', where there is nothing; expected a table.", Refused(link));
        Assert.Contains("a folder", Refused(_folder));
    }

    [Fact]
    public void A_link_in_a_circle_and_what_lies_behind_one_are_named()
    {
        var self = File.CreateSymbolicLink(Path.Combine(_folder, "self.csv"), "self.csv").FullName;
        var there = File.CreateSymbolicLink(Path.Combine(_folder, "there"), "back").FullName;
        var back = File.CreateSymbolicLink(Path.Combine(_folder, "back"), "there").FullName;
        var far = File.CreateSymbolicLink(Path.Combine(_folder, "far"), "near").FullName;
        var near = File.CreateSymbolicLink(Path.Combine(_folder, "near"), "gone").FullName;

        Assert.Equal($"{self}: a link that leads back to itself by way of 'self.csv'; expected a table.", Refused(self));
        Assert.Equal($"{there}: a link that leads back to itself by way of 'back'; expected a table.", Refused(there));
        Assert.Equal(
            $"{back}{Path.DirectorySeparatorChar}model.json: behind {back}, a link that leads back to itself by way of 'there'; expected a table.",
            Refused(Path.Combine(back, "model.json")));
        Assert.Equal($"{far}: a link to 'near' and so to 'gone', where there is nothing; expected a table.", Refused(far));
        Assert.EndsWith("where there is nothing; expected it to be there.", SystemFault.Describe(new FileNotFoundException(), near));
        Assert.Null(BrokenLink.Describe(_folder));
    }

    [Fact]
    public void A_whole_file_is_read_within_its_bound()
    {
        var file = Path.Combine(_folder, "a.json");
        File.WriteAllText(file, "text", System.Text.Encoding.UTF8);
        Assert.Equal("text", RegularFile.ReadText(file, "a text"));
        Assert.Equal(7, RegularFile.ReadBytes(file, "a text", 7).Length);
        Assert.Equal("text"u8, RegularFile.ReadJson(file, "a text").Span);
        Assert.Equal(
            $"{file}: 7 bytes; expected a text of at most 6 bytes.",
            Assert.Throws<InputException>(() => RegularFile.ReadBytes(file, "a text", 6)).Message);
    }

    private static string Refused(string path) => Assert.Throws<InputException>(() => RegularFile.OpenRead(path, "a table").Dispose()).Message;
}
