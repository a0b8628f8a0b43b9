using EmbedKit.Runtime;

namespace EmbedKit.Tests.Runtime;

public sealed class RunFolderTests : IDisposable
{
    private static readonly Dictionary<string, string> Options = new() { ["seed"] = "1", ["size"] = "200" };
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_run_may_go_on_and_half_written_files_of_a_killed_one_vanish()
    {
        RunFolder.Claim(_folder, "demo", Options);
        var half = Path.Combine(_folder, "sub", $"a.jpg.999999999-{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(Path.GetDirectoryName(half)!);
        File.WriteAllText(half, "x");
        RunFolder.Claim(_folder, "demo", new Dictionary<string, string> { ["size"] = "200", ["seed"] = "1" });
        Assert.False(File.Exists(half));
    }

    [Fact]
    public void Another_run_is_refused_with_what_differs()
    {
        RunFolder.Claim(_folder, "demo", Options);
        Assert.Contains("holds a run with seed 1, not 2", Refusal("demo", new() { ["seed"] = "2", ["size"] = "200" }));
        Assert.Contains("holds a run with size 200, not unset", Refusal("demo", new() { ["seed"] = "1" }));
        Assert.Contains("holds a run of 'demo'; expected one of 'sweep'", Refusal("sweep", Options));
    }

    [Fact]
    public void A_folder_of_other_files_is_refused_and_left_alone()
    {
        File.WriteAllText(Path.Combine(_folder, "thesis.tex"), "x");
        Assert.Contains("holds files but no run.json", Refusal("demo", Options));
        Assert.Equal(["thesis.tex"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void A_broken_run_file_is_refused(string content)
    {
        File.WriteAllText(Path.Combine(_folder, RunFolder.FileName), content);
        Assert.Contains("expected what an earlier run wrote", Refusal("demo", Options));
    }

    private string Refusal(string job, Dictionary<string, string> options) => Assert.Throws<InputException>(() => RunFolder.Claim(_folder, job, options)).Message;
}
