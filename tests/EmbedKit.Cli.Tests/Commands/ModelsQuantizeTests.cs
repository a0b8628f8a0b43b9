using System.Diagnostics;
using System.Text.Json;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Runtime;
using EmbedKit.Tests.Embedding;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class ModelsQuantizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quantize_reports_size_speed_and_cosine()
    {
        WriteModel(width: 12);
        var outcome = CommandLine.Run("models", "quantize", "--model", _folder["dino"], "--out", _folder["int8"], "--samples", "3", "--json");
        Assert.Equal(0, outcome.ExitCode);
        var json = JsonDocument.Parse(outcome.LastLine).RootElement;
        var side = Assert.Single(json.GetProperty("sides").EnumerateArray());
        Assert.Equal(3, side.GetProperty("effect").GetProperty("inputs").GetInt32());
        Assert.InRange(side.GetProperty("effect").GetProperty("min_cosine").GetDouble(), 0.99, 1 + 1e-6);
        Assert.True(side.GetProperty("effect").GetProperty("per_second_after").GetDouble() > 0);
        Assert.Contains(_folder["int8/onnx/model_quantized.onnx"], json.GetProperty("files").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(new FileInfo(_folder["int8/onnx/model_quantized.onnx"]).Length, side.GetProperty("bytes_after").GetInt64());
        Assert.Contains("synthetic", json.GetProperty("measured_on").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cosine_out_of_reach_exits_with_1_and_bad_usage_with_2()
    {
        WriteModel(width: 12);
        var unreached = CommandLine.Run("models", "quantize", "--model", _folder["dino"], "--min-cosine", "0.999999999", "--samples", "2");
        Assert.Equal(1, unreached.ExitCode);
        Assert.Contains("cosine 0.999999999 cannot be reached", unreached.Error, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder["dino"], "*.json").Length);
        Assert.Empty(Directory.GetFiles(_folder["dino"], "*_quantized*", SearchOption.AllDirectories));
        var side = CommandLine.Run("models", "quantize", "--model", _folder["dino"], "--side", "sound");
        Assert.Equal(2, side.ExitCode);
        Assert.Contains("--side is 'sound'; expected image or text.", side.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_fills_up_leaves_no_file_under_its_final_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits the size of files by bash's ulimit");
        WriteModel(width: 1200);
        var program = Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll");
        using var process = Process.Start(
            new ProcessStartInfo(
                "bash", ["-c", $"trap '' XFSZ; ulimit -f 1000; exec dotnet '{program}' models quantize --model '{_folder["dino"]}' --samples 0"])
            {
                Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" }, // which writes a file of its own
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((1, true), (process.ExitCode, error.Contains("grows larger", StringComparison.Ordinal)));
        Assert.Equal(
            ["config.json", "model.onnx", "preprocessor_config.json"],
            Directory.GetFileSystemEntries(_folder["dino"]).Select(Path.GetFileName).Where(n => n != "onnx").Order());
        Assert.Equal(0, CommandLine.Run("models", "quantize", "--model", _folder["dino"], "--samples", "0").ExitCode);
        _ = ModelFolder.Open(_folder["dino"]).Export(EncoderSide.Image, ModelPrecision.Int8);
    }

    /// <summary>A DINO-like folder whose class token goes through one linear layer to <paramref name="width"/> values and another back to
    /// twelve.</summary>
    private void WriteModel(int width)
    {
        TinyModels.WriteDino(_folder["dino"]);
        var graph = new OnnxGraph("dino");
        var tokens = graph.Node("Reshape", [graph.Input("pixel_values", OnnxElement.Float, "batch", 3, 4, 4), graph.Integers(0, 4, 12)]);
        var random = new SeededRandom(1);
        var weights = Enumerable.Range(0, width * width).Select(_ => (float)random.NextGaussian()).ToArray();
        var up = graph.Node("MatMul", [tokens, graph.Weight("up", weights.AsSpan(0, 12 * width), 12, width)]);
        var y = graph.Node(
            "MatMul",
            [graph.Node("MatMul", [up, graph.Weight("square", weights, width, width)]),
                graph.Weight("down", weights.AsSpan(0, 12 * width), width, 12)]);
        graph.Output("last_hidden_state", y, OnnxElement.Float, "batch", 4, 12);
        graph.Save(_folder["dino/model.onnx"]);
    }
}
