using System.Text.Json;
using EmbedKit.Tests.Embedding;
using EmbedKit.Tests.Embedding.Extraction;
using EmbedKit.Tokenizers.Tests;

namespace EmbedKit.Cli.Tests.Commands;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tokenize_needs_only_tokenizer_files()
    {
        TinyTokenizers.WriteBert(_folder.Path);
        var outcome = CommandLine.Run("models", "tokenize", "--model", _folder.Path, "--text", "Melanoma!", "--json");
        Assert.Equal([2, 5, 6, 7, 9, 3], JsonDocument.Parse(outcome.LastLine).RootElement.GetProperty("ids").Deserialize<int[]>()!);
    }

    [Fact]
    public void Preprocess_needs_only_its_config_and_writes_an_array_NumPy_reads()
    {
        File.WriteAllText(_folder["preprocessor_config.json"], TinyModels.Preprocessor);
        var image = new MiniDataset(_folder.Path).ImageOf(0);
        var outcome = CommandLine.Run("models", "preprocess", "--model", _folder.Path, "--image", image, "--out", _folder["pixels.npy"]);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var bytes = File.ReadAllBytes(_folder["pixels.npy"]);
        Assert.Equal(128 + (3 * 4 * 4 * sizeof(float)), bytes.Length);
        Assert.Contains(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4, 4,), }", System.Text.Encoding.ASCII.GetString(bytes[..128]),
            StringComparison.Ordinal);
        Assert.InRange(BitConverter.ToSingle(bytes, 128), -1f, 1f);
    }

    [Fact]
    public void Info_opens_the_model_and_says_what_it_is()
    {
        TinyModels.WriteClip(_folder["clip"]);
        File.Copy(_folder["clip/onnx/text_model.onnx"], _folder["clip/onnx/text_model_quantized.onnx"]);
        File.WriteAllText(_folder["clip/README.md"], "---\nlicense: mit\n---\n# A model\n");
        var outcome = CommandLine.Run("models", "info", _folder["clip"], "--json");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var json = JsonDocument.Parse(outcome.LastLine).RootElement;
        var (image, text) = (json.GetProperty("image"), json.GetProperty("text"));
        Assert.Equal(("clip", "mit"), (json.GetProperty("family").GetString(), json.GetProperty("licence").GetString()));
        Assert.Equal(
            ("projected", "image_embeds", 48),
            (image.GetProperty("pooling").GetString(), image.GetProperty("output").GetString(), image.GetProperty("dimension").GetInt32()));
        Assert.StartsWith("resize shortest edge 4", image.GetProperty("preprocessing").GetString(), StringComparison.Ordinal);
        Assert.Equal((12, "vocab.json + merges.txt"), (text.GetProperty("context").GetInt32(), text.GetProperty("tokenizer").GetString()));
        Assert.Equal(["fp32", "int8"], text.GetProperty("exports").EnumerateArray().Select(e => e.GetProperty("precision").GetString()));
        Assert.Equal("onnx/text_model_quantized.onnx", text.GetProperty("exports")[1].GetProperty("file").GetString());
        Assert.Equal(64, text.GetProperty("exports")[1].GetProperty("sha256").GetString()!.Length);
        var plain = CommandLine.Run("models", "info", _folder["clip"]);
        Assert.Contains("licence  mit", plain.Out, StringComparison.Ordinal);
        Assert.Contains("int8  onnx/text_model_quantized.onnx sha256 ", plain.Out, StringComparison.Ordinal);
        File.Delete(_folder["clip/onnx/vision_model.onnx"]);
        var half = CommandLine.Run("models", "info", _folder["clip"]);
        Assert.Equal(0, half.ExitCode);
        Assert.Contains("image    not in this folder: ", half.Out, StringComparison.Ordinal);
        Assert.Contains("no vision_model.onnx or model.onnx; expected", half.Out, StringComparison.Ordinal);
        Directory.Delete(_folder["clip/onnx"], recursive: true);
        var none = CommandLine.Run("models", "info", _folder["clip"]);
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("no vision_model.onnx or model.onnx; expected", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_asks_for_a_lock()
    {
        TinyModels.WriteDino(_folder["dino"]);
        var outcome = CommandLine.Run("models", "verify", _folder["dino"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("no models.lock.json", outcome.Error, StringComparison.Ordinal);
    }
}
