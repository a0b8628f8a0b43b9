using EmbedKit.Runtime;

namespace EmbedKit.Tests.Runtime;

public sealed class RunFolderTests : IDisposable
{
    private static readonly RunIdentity Options = Run(("seed", "1"), ("size", "200"));
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_run_may_go_on_and_half_written_files_of_a_killed_one_vanish()
    {
        RunFolder.Claim(_folder, "demo", Options);
        var half = Path.Combine(_folder, "sub", $"a.jpg.999999999-{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(Path.GetDirectoryName(half)!);
        File.WriteAllText(half, "x");
        RunFolder.Claim(_folder, "demo", Run(("size", "200"), ("seed", "1")));
        Assert.False(File.Exists(half));
    }

    [Fact]
    public void Another_run_is_refused_with_what_differs()
    {
        RunFolder.Claim(_folder, "demo", Options);
        Assert.Contains(
            "holds a different run (seed was '1' and is now '2'); expected the same", Refusal("demo", Run(("seed", "2"), ("size", "200"))));
        Assert.Contains("(seed was '1' and is now '3'; size was '200' and is now unset)", Refusal("demo", Run(("seed", "3"))));
        Assert.Contains("holds a run of 'demo'; expected one of 'sweep'", Refusal("sweep", Options));
    }

    [Fact]
    public void Options_that_are_one_text_are_told_apart_and_a_value_cannot_break_the_line()
    {
        RunFolder.Claim(_folder, "demo", Run(("trainer", "TrainerOptions { Epochs = 20, BatchSize = 32, Sigma = 0 }"), ("label", "a\nb\u00A0")));
        Assert.Contains(
            "different run (label was 'a\\u000Ab\\u00A0' and is now 'c'; trainer batch_size was '32' and is now '64'); expected",
            Refusal("demo", Run(("trainer", "TrainerOptions { Epochs = 20, BatchSize = 64, Sigma = 0 }"), ("label", "c"))));
    }

    [Fact]
    public void Of_two_long_values_what_differs_is_shown()
    {
        var (start, end) = (new string('x', 100), new string('y', 100));
        RunFolder.Claim(_folder, "demo", Run(("label", $"{start} age {end}")));
        Assert.Contains("label was '…age yyy", Refusal("demo", Run(("label", $"{start} sex {end}"))));
        Assert.Contains("and is now '…sex yyy", Refusal("demo", Run(("label", $"{start} sex {end}"))));
    }

    [Fact]
    public void A_byte_order_mark_in_front_of_the_run_file_is_passed_over()
    {
        RunFolder.Claim(_folder, "demo", Options);
        var file = Path.Combine(_folder, RunFolder.FileName);
        File.WriteAllText(file, File.ReadAllText(file), System.Text.Encoding.UTF8);
        RunFolder.Claim(_folder, "demo", Options);
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
    [InlineData("""{"job":"demo","options":{"seed":1}}""")]
    [InlineData("""{"job":"demo","options":{"seed":null}}""")]
    [InlineData("""{"job":null,"options":{}}""")]
    public void A_broken_run_file_is_refused(string content)
    {
        File.WriteAllText(Path.Combine(_folder, RunFolder.FileName), content);
        Assert.Contains("expected what an earlier run wrote", Refusal("demo", Options));
    }

    private static RunIdentity Run(params (string Name, string Value)[] values) => new(values.Select(v => KeyValuePair.Create(v.Name, v.Value)));

    private string Refusal(string job, RunIdentity options) => Assert.Throws<InputException>(() => RunFolder.Claim(_folder, job, options)).Message;
}
