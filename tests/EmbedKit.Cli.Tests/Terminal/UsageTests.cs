namespace EmbedKit.Cli.Tests.Terminal;

public class UsageTests
{
    [Fact]
    public void An_unknown_verb_says_so_and_exits_with_2()
    {
        var outcome = CommandLine.Run("reprodce");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("reprodce", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    [Fact]
    public void Help_names_the_verbs_and_exits_with_0()
    {
        var outcome = CommandLine.Run("--help");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("doctor", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_reports_every_part_and_finds_torch_working()
    {
        var outcome = CommandLine.Run("doctor", "--json");
        Assert.Equal(0, outcome.ExitCode);
        using var json = System.Text.Json.JsonDocument.Parse(outcome.LastLine);
        Assert.Contains(
            json.RootElement.GetProperty("checks").EnumerateArray(),
            c => c.GetProperty("name").GetString() == "TorchSharp" && c.GetProperty("ok").GetBoolean());
    }
}
