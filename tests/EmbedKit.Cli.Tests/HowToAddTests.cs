using System.Diagnostics;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Tests;

/// <summary>Every "How to add …" of the READMEs, followed to the letter in a copy of this clone: it builds, runs, and prints what the text
/// says.</summary>
[Trait("Tier", "slow")]
public sealed class HowToAddTests : IDisposable
{
    private static readonly string Root = Path.GetDirectoryName(RepositoryFolder.Find("src"))!;
    private static readonly string[] Copied = ["src", "data", "notebooks"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_added_as_the_READMEs_say_builds_and_runs()
    {
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("EMBEDKIT_ALL_TESTS") is null,
            "builds a copy of the clone, which takes two to four minutes: EMBEDKIT_ALL_TESTS=1 dotnet test --project tests/EmbedKit.Cli.Tests");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are for a shell of Linux or macOS.");
        HowTo[] all =
            [.. Directory.EnumerateFiles(Path.Combine(Root, "src"), "README.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .SelectMany(HowTo.Read)];
        Assert.Equal(["a chart", "a data set", "an aligner", "an encoder", "an experiment"], all.Select(h => h.Title).Order(StringComparer.Ordinal));
        Copy();
        foreach (var howTo in all)
        {
            howTo.ApplyTo(_folder.Path);
        }

        Assert.All(all, howTo =>
        {
            var (exitCode, output, error) = Run(howTo.Commands);
            Assert.True(exitCode == 0, $"{howTo.Readme}, {howTo.Title}: ended with {exitCode}.\n{output}\n{error}");
            Assert.All(howTo.Printed, line => Assert.Contains(line, output, StringComparison.Ordinal));
        });
    }

    /// <summary>What a fresh clone has to build and run the command: no build outputs, results or pulled models.</summary>
    private void Copy()
    {
        foreach (var file in Directory.EnumerateFiles(Root)
            .Concat(Copied.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*", SearchOption.AllDirectories))))
        {
            var parts = Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar);
            var pulled = parts is ["data", "models", var model, ..] && !model.StartsWith("tiny-", StringComparison.Ordinal);
            if (!pulled && !parts.Any(p => p is "bin" or "obj" or "artifacts" || p.StartsWith("out", StringComparison.Ordinal)))
            {
                var target = _folder[Path.Combine(parts)];
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    private (int ExitCode, string Out, string Error) Run(string commands)
    {
        var start = new ProcessStartInfo("bash") { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-euc");
        start.ArgumentList.Add(commands);

        // The build's servers would outlive the test and hold its folder.
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"]) = ("1", "false");
        (start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"], start.Environment["EMBEDKIT_MODELS"]) = ("0", null);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
