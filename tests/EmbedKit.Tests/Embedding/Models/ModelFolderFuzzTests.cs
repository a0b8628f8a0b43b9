using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Quantization;
using EmbedKit.Runtime;
using EmbedKit.Tests.Embedding.Onnx;

namespace EmbedKit.Tests.Embedding.Models;

/// <summary>Damaged files of a model folder are read or refused in one line; nothing else happens.</summary>
[Trait("Tier", "slow")]
public sealed class ModelFolderFuzzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("config.json",
        """{"model_type": "clip", "projection_dim": 48, "hidden_size": 4, "num_attention_heads": 2, "vision_config": {"image_size": 4}, "text_config": {"vocab_size": 90} }""")]
    [InlineData("embedkit.json",
        """{"image": {"file": "onnx/vision_model.onnx", "input": "pixel_values", "output": "image_embeds", "pooling": "projected"}, "normalisation": "none"}""")]
    [InlineData("preprocessor_config.json",
        """{"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 4}, "crop_size": {"height": 4, "width": 4}, "resample": 3, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "rescale_factor": 0.01}""")]
    [InlineData("models.lock.json",
        """{"source": {"hub": "https://hub.example", "repository": "a/b", "revision": "main", "commit": "c", "licence": null}, "files": {"config.json": "00ff"} }""")]
    public void Descriptions(string file, string text)
    {
        TinyModels.WriteClip(_folder);
        Assert.InRange(Fuzz.Refused(typeof(InputException), Fuzz.Mutations(text, seed: 5, 700), copy =>
        {
            File.WriteAllText(Path.Combine(_folder, file), copy);
            _ = ModelLock.ReadSource(_folder);
            _ = new ImagePreprocessor(PreprocessorConfig.Read(_folder)).Description;
            var model = ModelFolder.Open(_folder);
            _ = (model.HasImage ? model.Exports(EncoderSide.Image) : [], model.Config.Width(EncoderSide.Text, Pooling.Projected));
        }), 50, 700);
    }

    [Fact]
    public void Onnx_files()
    {
        TinyModels.WriteClip(_folder);
        var path = Path.Combine(_folder, "onnx", "text_model.onnx");
        var whole = File.ReadAllBytes(path);
        Assert.InRange(Fuzz.Refused(typeof(InputException), Fuzz.Mutations(whole, seed: 6, 1000), copy =>
        {
            File.WriteAllBytes(path, copy);
            _ = ExternalData.Check(_folder, path);
            _ = QuantizedModel.Write(path, Path.Combine(_folder, "out.onnx"), []);
        }), 50, 1000);
    }

    [Fact]
    public void External_data()
    {
        var path = Path.Combine(ExternalModel.Write(_folder, "model.onnx_data"), "onnx", "model.onnx");
        var whole = File.ReadAllBytes(path);
        Assert.InRange(Fuzz.Refused(typeof(InputException), Fuzz.Mutations(whole, seed: 7, 1000), copy =>
        {
            File.WriteAllBytes(path, copy);
            _ = ExternalData.Check(_folder, path);
            _ = QuantizedModel.Write(path, Path.Combine(_folder, "out.onnx"), []);
        }), 50, 1000);
    }

    [Fact]
    public void A_pipe_among_the_files_is_refused_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes with a path are Unix's.");
        foreach (var file in (string[])["config.json", "preprocessor_config.json", "vocab.json", "onnx/vision_model.onnx", "models.lock.json"])
        {
            TinyModels.WriteClip(_folder);
            var path = Path.Combine(_folder, file);
            File.Delete(path);
            System.Diagnostics.Process.Start("mkfifo", path).WaitForExit();
            var error = Assert.Throws<InputException>(() =>
            {
                var model = ModelFolder.Open(_folder);
                using var image = new OnnxImageEncoder(model);
                using var text = new OnnxTextEncoder(model);
            });
            Assert.Contains("pipe", error.Message, StringComparison.Ordinal);
            File.Delete(path);
        }

        TinyModels.WriteClip(_folder);
        File.CreateSymbolicLink(Path.Combine(_folder, "extra.txt"), "/dev/zero");
        ModelLock.Write(_folder, new Dictionary<string, string> { ["extra.txt"] = new('0', 64) });
        var device = Assert.Throws<InputException>(() => ModelFolder.Open(_folder));
        Assert.Contains("extra.txt: a device, no regular file", device.Message, StringComparison.Ordinal);
    }
}
