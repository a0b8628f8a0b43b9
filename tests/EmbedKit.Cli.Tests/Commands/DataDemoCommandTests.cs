using System.Text.Json;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class DataDemoCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_four_sets_says_they_are_synthetic_and_names_its_files()
    {
        var first = CommandLine.Run("data", "demo", "--out", _folder["demo"], "--size", "140", "--seed", "4");
        Assert.Equal((0, 4), (first.ExitCode, first.Out.Split('\n').Count(l => l.StartsWith("wrote ", StringComparison.Ordinal))));
        Assert.Contains("dermatoscopy: 140 rows", first.Out);
        Assert.Contains("(synthetic)", first.Out);
        Assert.Contains("fundus images: 90/90", first.Error);

        var again = CommandLine.Run("data", "demo", "--out", _folder["demo"], "--size", "140", "--seed", "4", "--json");
        Assert.Equal(0, again.ExitCode);
        using var json = JsonDocument.Parse(again.LastLine);
        Assert.True(json.RootElement.GetProperty("synthetic").GetBoolean());
        Assert.Equal(140, json.RootElement.GetProperty("rows").GetProperty("dermatoscopy").GetInt32());
    }

    [Fact]
    public void A_folder_of_another_run_is_refused_in_one_line()
    {
        Assert.Equal(0, CommandLine.Run("data", "demo", "--out", _folder["demo"], "--size", "140").ExitCode);
        var other = CommandLine.Run("data", "demo", "--out", _folder["demo"], "--size", "140", "--seed", "1");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("seed was '0' and is now '1'", Assert.Single(other.Error.TrimEnd('\n').Split('\n')));
    }

    [Theory]
    [InlineData("--size", "5")]
    [InlineData("--size", "many")]
    [InlineData("--size", "-200")]
    public void A_bad_size_is_bad_input(params string[] size)
    {
        var outcome = CommandLine.Run(["data", "demo", "--out", _folder["demo"], .. size]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(size[1], outcome.Error);
        Assert.False(Directory.Exists(_folder["demo"]));
    }
}
