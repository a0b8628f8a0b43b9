using System.Diagnostics;
using System.Text.RegularExpressions;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Tests.Embedding.Extraction;

namespace EmbedKit.Cli.Tests;

/// <summary>Nothing leaves this machine, and nothing is written where nobody asked for it: seen by strace, without a network.</summary>
[Trait("Tier", "slow")]
public sealed partial class QuietProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Embedding_asks_no_host_and_writes_its_output_alone()
    {
        var data = new MiniDataset(_folder.Path);
        AssertQuiet("embed", "--labels", data.Labels, "--images", data.Images, "--model", "tiny-clip", "--out", _folder["out/mini.parquet"]);
        Assert.True(File.Exists(_folder["out/mini.parquet"]));
    }

    [Fact]
    public void A_sweep_asks_no_host_and_writes_its_output_alone()
    {
        File.WriteAllLines(
            _folder["e.csv"],
            [
                "image_id,label_x,split,image_embedding_0,image_embedding_1,text_embedding_0,text_embedding_1",
                .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant(
                    $"i{i},{i % 2},{(i % 5) switch { 3 => "val", 4 => "test", _ => "train" }},{i % 7},{(i % 2) + 0.5},{i % 3},{(i % 11) + 1}")),
            ]);
        AssertQuiet("sweep", "--embeddings", _folder["e.csv"], "--lambda", "0,1", "--seeds", "1", "--epochs", "1", "--out", _folder["out/s.csv"]);
        Assert.True(File.Exists(_folder["out/s.csv"]));
    }

    [Fact]
    public void Every_native_library_keeps_quiet() => AssertQuiet("doctor");

    [Fact]
    public void A_notebook_with_a_model_a_tensor_and_a_chart_keeps_quiet()
    {
        File.WriteAllText(_folder["quiet.dib"], """
            #!csharp

            using EmbedKit.Embedding.Encoders;
            using EmbedKit.Embedding.Models;
            using TorchSharp;
            var encoder = new OnnxTextEncoder(ModelFolder.Open("tiny-clip"));
            var norm = encoder.Encode([encoder.Tokenizer.Encode("a lesion")]).Row(0).ToArray().Length + torch.ones(2).sum().item<float>();
            encoder.Dispose();
            norm

            #!csharp

            Plotly.NET.CSharp.Chart.Line<int, int, string>([1, 2], [3, 4])
            """);
        AssertQuiet("notebook", "run", _folder["quiet.dib"], "--out", _folder["out"]);
        Assert.Contains("plotly", File.ReadAllText(_folder["out/quiet.html"]), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_test_platform_keeps_quiet_too() =>
        Assert.DoesNotContain(
            AppDomain.CurrentDomain.GetAssemblies(),
            a => a.GetName().Name is "Microsoft.Testing.Extensions.Telemetry" or "Microsoft.ApplicationInsights");

    /// <summary>Runs the command with an empty home folder, and reads what it asked the system for.</summary>
    private void AssertQuiet(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace is Linux's.");
        Assert.SkipUnless(Runs("strace", "-f", "true"), "no strace, or it may not trace here; install it with: apt-get install strace");
        foreach (var name in new[] { "home", "tmp", "out" })
        {
            Directory.CreateDirectory(_folder[name]);
        }

        string[] offline = Runs("unshare", "-n", "true") ? ["unshare", "-n"] : Runs("unshare", "-rn", "true") ? ["unshare", "-rn"] : [];
        string[] command =
            [.. offline, "strace", "-f", "-qq", "-s", "300", "-e", "trace=%network,open,openat,creat", "-o", _folder["trace"], "dotnet",
                Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = _folder["out"],
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start.Environment.Keys.Where(k => k.StartsWith("XDG_", StringComparison.Ordinal) || k == "ORT_DISABLE_TELEMETRY")
            .ToArray())
        {
            start.Environment.Remove(variable);
        }

        start.Environment["EMBEDKIT_MODELS"] = EmbedKit.Embedding.Models.ModelFolder.Root;
        (start.Environment["HOME"], start.Environment["TMPDIR"]) = (_folder["home"], _folder["tmp"]);
        var outcome = CommandLine.Wait(Process.Start(start)!, arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Error);

        var calls = File.ReadAllLines(_folder["trace"]);
        Assert.Contains(calls, c => c.Contains("EmbedKit.dll", StringComparison.Ordinal));

        // A socket alone asks nobody: .NET makes one of each kind to see what the system has. Who asks names an address.
        Assert.DoesNotContain(
            calls, c => c.Contains("sa_family=AF_INET", StringComparison.Ordinal) || c.Contains("/etc/resolv.conf", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, c => Written(c) is { } path && !IsOurs(path));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["home"]));
    }

    private bool IsOurs(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/self/", StringComparison.Ordinal)
        || path.StartsWith(_folder["out/"], StringComparison.Ordinal) || path.StartsWith(_folder["tmp/"], StringComparison.Ordinal);

    /// <summary>The path that a call opened to write to, if it is such a call and succeeded.</summary>
    private static string? Written(string call) =>
        WritingCall().Match(call) is { Success: true } match && !call.Contains(" = -1 ", StringComparison.Ordinal) ? match.Groups[1].Value : null;

    private static bool Runs(params string[] command)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex("""(?:open|openat|creat)\((?:\w+, )?"([^"]*)", (?:[^)]*(?:O_WRONLY|O_RDWR|O_CREAT)|0)""")]
    private static partial Regex WritingCall();
}
