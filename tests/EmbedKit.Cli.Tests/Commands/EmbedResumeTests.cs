using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Tests.Embedding;
using NetVips;

namespace EmbedKit.Cli.Tests.Commands;

/// <summary>A run is killed or interrupted at several points; the same command again ends with the bytes of a run that was left alone.</summary>
[Trait("Tier", "slow")]
public sealed class EmbedResumeTests : IDisposable
{
    private const int Rows = 400;
    private const int BlockRows = 4;
    private readonly TemporaryFolder _folder = new();

    public EmbedResumeTests()
    {
        TinyModels.WriteClip(_folder["clip"]);
        Directory.CreateDirectory(_folder["images"]);
        string[] ids = [.. Enumerable.Range(0, Rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"i{i}.png"))];
        for (var i = 0; i < Rows; i++)
        {
            using var image = Image.NewFromMemory<byte>(
                [.. Enumerable.Range(0, 108).Select(p => (byte)((p * 7) + i + (i / 256 * p)))], 6, 6, 3, Enums.BandFormat.Uchar);
            image.WriteToFile(Path.Combine(_folder["images"], ids[i]));
        }

        new TextTable(["image_id", "text", "label_x"], [ids, [.. ids.Select((_, i) => $"lesion {i % 90}")], ids]).Write(_folder["labels.csv"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_killed_run_goes_on_and_loses_one_block_at_most()
    {
        Assert.Equal(0, CommandLine.Run(Arguments("whole.parquet")).ExitCode);
        foreach (var blocks in new[] { 0, 1, 40, 90 })
        {
            var finished = BreakOff("out.parquet", blocks, process => process.Kill(entireProcessTree: true));
            Assert.Equal(finished * BlockRows, Finish("out.parquet"));
        }
    }

    [Fact]
    public void An_interrupted_run_says_so_and_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        Assert.Equal(0, CommandLine.Run(Arguments("whole.parquet")).ExitCode);
        var finished = BreakOff("out.parquet", 10, process =>
        {
            Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            process.WaitForExit();
            Assert.Equal(130, process.ExitCode);
            Assert.Contains("Run the same command again to go on", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        });
        var other = CommandLine.Run([.. Arguments("out.parquet"), "--batch", "2"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("batch_images was '8' and is now '2'", other.Error, StringComparison.Ordinal);
        Assert.Equal(finished * BlockRows, Finish("out.parquet"));
    }

    /// <summary>Ends a run once it has kept some blocks; gives the number it then had.</summary>
    private int BreakOff(string output, int blocks, Action<Process> end)
    {
        using var process = CommandLine.Start(_folder.Path, Arguments(output));
        var checkpoint = _folder[output + ".checkpoint"];
        int Blocks() => Directory.Exists(checkpoint) ? Directory.GetFiles(checkpoint, "*.block").Length : -1;
        while (Blocks() < blocks && !process.HasExited)
        {
            Thread.Sleep(1);
        }

        end(process);
        process.WaitForExit();
        Assert.False(File.Exists(_folder[output]), "the run ended before it could be broken off");
        return Blocks();
    }

    /// <summary>Runs to the end, compares with the run that was left alone, and gives the rows that were kept.</summary>
    private int Finish(string output)
    {
        var outcome = CommandLine.Run([.. Arguments(output), "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(File.ReadAllBytes(_folder["whole.parquet"]), File.ReadAllBytes(_folder[output]));
        Assert.False(Directory.Exists(_folder[output + ".checkpoint"]));
        File.Delete(_folder[output]);
        return JsonDocument.Parse(outcome.LastLine).RootElement.GetProperty("resumed_rows").GetInt32();
    }

    private string[] Arguments(string output) =>
    [
        "embed", "--labels", _folder["labels.csv"], "--images", _folder["images"], "--model", _folder["clip"], "--out", _folder[output],
        "--checkpoint-rows", BlockRows.ToString(CultureInfo.InvariantCulture),
    ];
}
