using System.Diagnostics;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Runtime;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_beside_it()
    {
        var file = At("a.csv");
        AtomicFile.WriteText(file, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(file, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("no");
        }));
        Assert.Equal("old", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_link_stays_and_its_target_is_replaced_beside_itself()
    {
        Directory.CreateDirectory(At("far"));
        AtomicFile.WriteText(At("far/real.csv"), "old");
        File.CreateSymbolicLink(At("one"), "far/real.csv");
        File.CreateSymbolicLink(At("two"), "one");
        AtomicFile.WriteText(At("two"), "new");
        Assert.Equal("new", File.ReadAllText(At("far/real.csv")));
        Assert.Equal("one", new FileInfo(At("two")).LinkTarget);
        Assert.Equal("far/real.csv", new FileInfo(At("one")).LinkTarget);
        Assert.Single(Directory.GetFiles(At("far")));
    }

    [Fact]
    public void A_link_to_what_is_not_there_yet_makes_it_but_not_its_folder()
    {
        Directory.CreateDirectory(At("far"));
        File.CreateSymbolicLink(At("good"), "far/new.csv");
        File.CreateSymbolicLink(At("bad"), "nowhere/new.csv");
        AtomicFile.WriteText(At("good"), "x");
        Assert.Equal("x", File.ReadAllText(At("far/new.csv")));
        Assert.Contains(
            "whose folder does not exist", Assert.Throws<InputException>(() => AtomicFile.WriteText(At("bad"), "x")).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("nowhere")));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(At("a"), "b");
        File.CreateSymbolicLink(At("b"), "a");
        void Refused(string expected, Action act) =>
            Assert.EndsWith(
                $"a link that leads back to itself by way of 'b'; expected a {expected}.", Assert.Throws<InputException>(act).Message,
                StringComparison.Ordinal);
        Refused("file", () => AtomicFile.WriteText(At("a"), "x"));
        Refused("folder", () => OutputPath.CheckFolder(At("a")));
        Refused("folder", () => OutputPath.CheckFolder(At("a/below")));
    }

    [Fact]
    public void A_file_keeps_its_rights()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("rights of this kind are not Windows's");
            return;
        }

        AtomicFile.WriteText(At("private.csv"), "old");
        File.SetUnixFileMode(At("private.csv"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.WriteText(At("private.csv"), "new");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("private.csv")));
    }

    [Theory]
    [InlineData("/dev/null", "a device")]
    [InlineData("/dev/stdout", "has open")]
    [InlineData("/proc/self/fd/1", "has open")]
    public void Devices_and_what_is_open_are_refused(string path, string what)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "paths of Linux");
        Assert.Contains(what, Assert.Throws<InputException>(() => AtomicFile.WriteText(path, "x")).Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(At("link"), path);
        Assert.Contains(what, Assert.Throws<InputException>(() => AtomicFile.WriteText(At("link"), "x")).Message, StringComparison.Ordinal);
        Assert.True(Path.Exists(path));
    }

    [Fact]
    public void A_pipe_and_a_socket_are_refused_and_stay()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is Linux's");
        using (var process = Process.Start("mkfifo", At("pipe")))
        {
            process.WaitForExit();
        }

        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(At("socket")));
        Assert.Contains("is a pipe", Assert.Throws<InputException>(() => AtomicFile.WriteText(At("pipe"), "x")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "is a socket", Assert.Throws<InputException>(() => AtomicFile.WriteText(At("socket"), "x")).Message, StringComparison.Ordinal);
        Assert.Equal((FileKind.Pipe, FileKind.Socket), (FileKinds.Of(At("pipe")), FileKinds.Of(At("socket"))));
    }

    [Fact]
    public void What_a_killed_process_left_of_the_same_file_goes_and_nothing_else()
    {
        var unique = Guid.NewGuid().ToString("N");
        string[] left = [$"a.csv.999999999-{unique}.partial"];
        string[] others =
            [$"b.csv.999999999-{unique}.partial", "a.csv.partial", "a.csv.999999999-12.partial", $"a.csv.old.999999999-{unique}.partial"];
        foreach (var name in left.Concat(others))
        {
            File.WriteAllText(At(name), "x");
        }

        AtomicFile.WriteText(At("a.csv"), "x");
        Assert.Equal(
            others.Append("a.csv").Order(StringComparer.Ordinal), Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_living_process_writes_is_left_alone()
    {
        var mine = At($"a.csv.{Environment.ProcessId}-{Guid.NewGuid():N}.partial");
        File.WriteAllText(mine, "x");
        var elsewhere = At($"a.csv.999999999-{Guid.NewGuid():N}.partial");
        using var open = new FileStream(elsewhere, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        AtomicFile.WriteText(At("a.csv"), "x");
        Assert.True(File.Exists(mine));
        Assert.True(File.Exists(elsewhere));
    }

    [Fact]
    public void A_killed_process_that_nobody_has_asked_after_counts_as_dead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "such processes are Unix's, and only Linux tells of them");

        // The shell becomes a sleep that never asks after its child.
        using var parent = Process.Start(new ProcessStartInfo("bash", ["-c", "sleep 1 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            var id = parent.StandardOutput.ReadLine();
            Assert.True(
                SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal), TimeSpan.FromSeconds(30)));
            File.WriteAllText(At($"a.csv.{id}-{Guid.NewGuid():N}.partial"), "x");
            AtomicFile.WriteText(At("a.csv"), "x");
            Assert.Equal([At("a.csv")], Directory.GetFiles(_folder));
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public void Many_writers_of_one_file_at_once_leave_one_whole_file()
    {
        Parallel.For(0, 200, i => AtomicFile.WriteText(At("a.csv"), new string((char)('a' + (i % 26)), 1000)));
        Assert.Equal(1000, File.ReadAllText(At("a.csv")).Length);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_name_near_the_file_systems_limit_is_written()
    {
        var file = At(new string('ä', 110) + ".csv");
        AtomicFile.WriteText(file, "x");
        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    private string At(string name) => Path.Combine(_folder, name);
}
