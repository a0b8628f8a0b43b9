using System.Security.Cryptography;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public class ReproduceCommandTests
{
    [Fact]
    public void A_killed_run_goes_on_and_ends_with_the_same_tables_and_leaks_as_one_that_was_left_alone()
    {
        using var folder = new TemporaryFolder();
        var (killed, whole) = (folder["killed"], folder["whole"]);
        Assert.Equal(0, CommandLine.Run("data", "demo", "--size", "140", "--out", folder["data"]).ExitCode);
        string[] job = ["reproduce", "--dataset", folder["data/satellite"], "--quick", "--protocol", "--out"];
        using (var process = CommandLine.Start(folder.Path, [.. job, killed]))
        {
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var begun = SpinWait.SpinUntil(() => Directory.Exists(Path.Combine(killed, "tables")) || process.HasExited, TimeSpan.FromMinutes(5));
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Assert.True(begun);
        }

        Assert.False(File.Exists(Path.Combine(killed, "index.html")));
        foreach (var run in (string[])[killed, whole])
        {
            var outcome = CommandLine.Run([.. job, run]);
            Assert.True(outcome.ExitCode == 0, outcome.Error);
        }

        var tables = Files(whole, "*.csv");
        Assert.Contains(Path.Combine("tables", "fusion.csv"), tables.Keys);
        Assert.Equal(tables, Files(killed, "*.csv"));
        Assert.Equal(Files(whole, "*.parquet"), Files(killed, "*.parquet"));
        Assert.Empty(Directory.EnumerateFiles(killed, "*.partial", SearchOption.AllDirectories));

        var leaks = File.ReadAllLines(Path.Combine(whole, "tables", "leaks.csv"));
        Assert.StartsWith(
            "task,encoder,fusion,kind,step,no_validation,leak_text,leak_split,leak_gap,leak_epoch,leak_lambda,leak_auc,n_train,n_test,", leaks[0],
            StringComparison.Ordinal);
        Assert.Equal(1 + (2 * 14), leaks.Length);
        var page = File.ReadAllText(Path.Combine(whole, "index.html"));
        Assert.Contains("What each leak is worth", page, StringComparison.Ordinal);
        Assert.Contains("satellite: as published, the audit finds groups on both sides", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_a_full_run_says_what_it_is_and_its_notebooks_name_no_place_of_this_machine()
    {
        var folder = Environment.GetEnvironmentVariable("EMBEDKIT_REPRODUCED");
        Assert.SkipWhen(folder is null, "needs a full run: ./embedkit reproduce --out out, then EMBEDKIT_REPRODUCED=$PWD/out dotnet test");
        var page = File.ReadAllText(Path.Combine(folder!, "index.html"));
        Assert.Contains("synthetic demo data", page, StringComparison.Ordinal);
        Assert.Contains("notebooks/08", page, StringComparison.Ordinal);
        Assert.Contains("DecompressionStream", page, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(Path.Combine(folder!, "notebooks"), "*.ipynb").Select(File.ReadAllText), text =>
        {
            Assert.Contains("Results = \\\"..\\\";", text, StringComparison.Ordinal);
            Assert.DoesNotContain(folder!, text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_folder_of_another_run_is_refused_and_left_as_it_was()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.txt"], "not yours");
        var outcome = CommandLine.Run("reproduce", "--quick", "--out", folder.Path);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(folder.Path, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_data_set_that_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        var outcome = CommandLine.Run("reproduce", "--dataset", folder["nowhere"], "--out", folder["out"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("nowhere", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    private static Dictionary<string, string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(folder, f), f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))));
}
