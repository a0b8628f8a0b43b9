using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Cli.Models;
using EmbedKit.Cli.Tests.Models;
using EmbedKit.Tests.Embedding;

namespace EmbedKit.Cli.Tests.Commands;

/// <summary>The command as a user runs it, against a hub on loopback that serves a model which can be opened.</summary>
[Trait("Tier", "slow")]
public sealed class ModelsPullCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalHub _hub = new();

    public ModelsPullCommandTests()
    {
        TinyModels.WriteClip(_folder["published"]);
        _hub.Files.Clear();
        foreach (var file in Directory.GetFiles(_folder["published"], "*", SearchOption.AllDirectories))
        {
            _hub.Files[Path.GetRelativePath(_folder["published"], file).Replace('\\', '/')] = File.ReadAllBytes(file);
        }
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_pulled_model_opens_is_listed_and_needs_no_network_any_more()
    {
        (string, string)[] environment = [("EMBEDKIT_MODELS", _folder.Path), ("HF_ENDPOINT", _hub.Address.AbsoluteUri), ("HF_TOKEN", "secret")];
        var pulled = CommandLine.RunWith(environment, "models", "pull", LocalHub.Repository, "--json");
        Assert.Equal(0, pulled.ExitCode);
        Assert.DoesNotContain("secret", pulled.Out + pulled.Error, StringComparison.Ordinal);
        Assert.All(_hub.Requests, r => Assert.Equal("Bearer secret", r.Headers["Authorization"]));
        var json = JsonDocument.Parse(pulled.LastLine).RootElement;
        Assert.Equal(
            (LocalHub.Commit, "mit", 7),
            (json.GetProperty("commit").GetString(), json.GetProperty("licence").GetString(), json.GetProperty("fetched").GetArrayLength()));

        var verified = CommandLine.RunWith(environment, "models", "verify", "clip");
        Assert.Contains($"clip: 7 files as locked, from owner/clip at {LocalHub.Commit}", verified.Out, StringComparison.Ordinal);

        var before = _hub.Requests.Count;
        var offline = CommandLine.RunWith(environment, "models", "pull", LocalHub.Repository, "--offline");
        Assert.Contains("as locked: 7 files", offline.Out, StringComparison.Ordinal);
        var other = CommandLine.RunWith(environment, "models", "pull", LocalHub.Repository, "--offline", "--precision", "int8");
        Assert.Contains(
            "missing in " + _folder["clip"] + ": model_quantized.onnx or model_int8.onnx; expected all", other.Error, StringComparison.Ordinal);
        File.Delete(_folder["clip/vocab.json"]);
        var missing = CommandLine.RunWith(environment, "models", "pull", LocalHub.Repository, "--offline");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("missing in " + _folder["clip"] + ": vocab.json; expected all", missing.Error, StringComparison.Ordinal);
        Assert.Equal(before, _hub.Requests.Count);
    }

    [Fact]
    public void A_token_of_two_lines_is_one_line_that_does_not_show_it()
    {
        var outcome = CommandLine.RunWith(
            [("HF_TOKEN", "secret\nmore"), ("EMBEDKIT_MODELS", _folder.Path)], "models", "pull", LocalHub.Repository, "--hub",
            _hub.Address.AbsoluteUri);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Out));
        Assert.StartsWith("embedkit: HF_TOKEN: has a line break", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void A_killed_pull_goes_on_and_an_interrupted_one_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent by kill.");
        _hub.Files["onnx/vision_model.onnx_data"] = LocalHub.Bytes(3_000_000);
        _hub.Misbehave = r => LocalHub.Is(r, "onnx/vision_model.onnx_data") ? _hub.Serve(r) with { Pause = TimeSpan.FromMilliseconds(50) } : null;
        string[] arguments = ["models", "pull", LocalHub.Repository, "--hub", _hub.Address.AbsoluteUri, "--out", _folder["clip"]];
        using (var killed = CommandLine.Start(_folder.Path, arguments))
        {
            WaitForPart(killed, 100_000);
            killed.Kill();
            killed.WaitForExit();
        }

        var kept = PartLength();
        var interrupted = CommandLine.Start(_folder.Path, arguments);
        WaitForPart(interrupted, kept + 100_000);
        using (var kill = Process.Start("kill", ["-INT", interrupted.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        var outcome = CommandLine.Wait(interrupted, arguments);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("Run the same command again", outcome.Error, StringComparison.Ordinal);

        _hub.Misbehave = _ => null;
        Assert.Equal(0, CommandLine.RunIn(_folder.Path, arguments).ExitCode);
        Assert.Equal(_hub.Files["onnx/vision_model.onnx_data"], File.ReadAllBytes(_folder["clip/onnx/vision_model.onnx_data"]));
        Assert.All(_hub.Asked("onnx/vision_model.onnx_data").Skip(1), r => Assert.NotEqual("bytes=0-", r.Headers["Range"]));
        Assert.Single(_hub.Asked("config.json"));
    }

    [Theory]
    [InlineData(2, "expected https, or http on this machine", "owner/clip", "--hub", "http://192.0.2.1/")]
    [InlineData(2, "precision 'fp8': no such precision; expected fp32, fp16, int8", "owner/clip", "--precision", "fp8")]
    [InlineData(2, "did you mean dinov2-base", "dinov2-basse")]
    [InlineData(2, "Ask for access at https://huggingface.co/meta-llama/Llama-2-7b-hf first. Export it once (environment/export-models.md)",
        "llama-2-7b")]
    [InlineData(2, "no such model", "owner/..")]
    [InlineData(2, "nothing of it in", "dinov2-base", "--offline", "--out", "nowhere")]
    [InlineData(1, "Check the network, or use --offline", "owner/clip", "--hub", "http://127.0.0.1:1")]
    public void What_cannot_be_pulled_is_one_line(int exitCode, string expected, params string[] arguments)
    {
        var outcome = CommandLine.RunIn(_folder.Path, ["models", "pull", "--out", _folder["x"], .. arguments.Except(["--out", "nowhere"])]);
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.StartsWith("embedkit: ", outcome.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["x"]));
    }

    [Fact]
    public void The_list_shows_what_is_here_and_what_can_be_pulled()
    {
        TinyModels.WriteDino(_folder["mine"]);
        Directory.CreateDirectory(_folder["broken"]);
        File.WriteAllText(_folder["broken/config.json"], "{}");
        (string, string)[] environment = [("EMBEDKIT_MODELS", _folder.Path)];
        var rows = JsonDocument.Parse(CommandLine.RunWith(environment, "models", "list", "--json").LastLine).RootElement.EnumerateArray()
            .ToDictionary(r => r.GetProperty("name").GetString()!);
        Assert.Equal(("yes", "dinov2", "image"), (Text(rows["mine"], "here"), Text(rows["mine"], "family"), Text(rows["mine"], "embeds")));
        Assert.StartsWith("broken: ", Text(rows["broken"], "here"), StringComparison.Ordinal);
        Assert.Equal(
            (768, "Apache-2.0", "no (pull it)"),
            (rows["dinov2-base"].GetProperty("dimension").GetInt32(), Text(rows["dinov2-base"], "licence"), Text(rows["dinov2-base"], "here")));
        Assert.True(rows["llama-2-7b"].GetProperty("gated").GetBoolean());
        Assert.All(ModelCatalogue.All, m => Assert.Contains(m.Name, rows.Keys));
        Assert.Contains("ask first", CommandLine.RunWith(environment, "models", "list").Out, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement row, string key) => row.GetProperty(key).GetString();

    private long PartLength() => Directory.Exists(_folder["clip"])
        ? Directory.GetFiles(_folder["clip"], "vision_model.onnx_data.*.part", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length)
        : 0;

    private void WaitForPart(Process pull, long length)
    {
        for (var tries = 0; PartLength() < length; tries++)
        {
            Assert.False(pull.HasExited, pull.HasExited ? pull.StandardError.ReadToEnd() : "");
            Assert.True(tries < 3000, $"the part file has {PartLength()} bytes; expected {length}.");
            Thread.Sleep(20);
        }
    }
}
