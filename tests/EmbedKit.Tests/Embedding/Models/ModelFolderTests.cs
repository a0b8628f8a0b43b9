using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Models;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_says_what_it_embeds()
    {
        var model = ModelFolder.Open(TinyModels.WriteClip(Path.Combine(_folder, "my-clip")) + "/");
        Assert.Equal(("my-clip", "clip", true, true), (model.Name, model.Family, model.HasImage, model.HasText));
    }

    [Fact]
    public void A_missing_folder_is_an_error() => AssertError(() => ModelFolder.Open("no/such/model"), "no/such/model: no such folder");

    [Fact]
    public void A_missing_config_is_an_error() => AssertError(() => ModelFolder.Open(_folder), "no config.json");

    [Fact]
    public void An_unknown_family_is_an_error_that_names_the_known()
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"model_type": "clup"}""");
        AssertError(() => ModelFolder.Open(_folder), "'model_type' is 'clup'; expected clip, siglip, siglip2, open_clip, dinov2,");
    }

    [Theory]
    [InlineData("""{"architecture": "vit_small_patch14_dinov2", "num_features": 384, "pretrained_cfg": {"input_size": [3, 224, 224]} }""")]
    [InlineData("""{"architecture": "resnet50", "num_features": 2048}""")]
    [InlineData("""{"model_type": "timm_wrapper", "architecture": "resnet50", "pretrained_cfg": {} }""")]
    public void A_timm_config_is_an_error_that_shows_what_it_needs(string config)
    {
        TinyModels.WriteClip(_folder);
        File.WriteAllText(Path.Combine(_folder, "config.json"), config);
        AssertError(() => ModelFolder.Open(_folder), ModelDescription.Example);
        File.WriteAllText(
            Path.Combine(_folder, "embedkit.json"), ModelDescription.Example.Replace("model.onnx", "vision_model.onnx", StringComparison.Ordinal));
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder));
        Assert.Equal("image_embeds", encoder.Output);
    }

    [Fact]
    public void A_processor_config_serves_where_there_is_no_preprocessor_config()
    {
        var path = Path.Combine(_folder, "processor_config.json");
        File.WriteAllText(path, $$"""{"processor_class": "CLIPProcessor", "image_processor": {{TinyModels.Preprocessor}} }""");
        var nested = PreprocessorConfig.Read(_folder);
        File.WriteAllText(path, """{"processor_class": "CLIPProcessor"}""");
        AssertError(() => PreprocessorConfig.Read(_folder), "processor_config.json with an image_processor");
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"), TinyModels.Preprocessor);
        Assert.Equal(new ImagePreprocessor(nested).Description, ImagePreprocessor.Read(_folder).Description);
    }

    [Theory]
    [InlineData("preprocessor_config.json", "no preprocessor_config.json; expected")]
    [InlineData("onnx/vision_model.onnx", "no vision_model.onnx or model.onnx; expected the model exported in fp32, there or in onnx/.")]
    public void A_missing_file_is_an_error_that_names_it(string file, string expected)
    {
        TinyModels.WriteClip(_folder);
        File.Delete(Path.Combine(_folder, file));
        AssertError(() => new OnnxImageEncoder(ModelFolder.Open(_folder)), expected);
    }

    [Fact]
    public void A_tokenizer_with_more_ids_than_the_model_is_refused()
    {
        TinyModels.WriteLlama(_folder);
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"model_type": "llama", "vocab_size": 100}""");
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(_folder)), "268 ids, the config says vocab_size 100");
    }

    [Fact]
    public void Files_must_be_those_that_were_locked()
    {
        TinyModels.WriteDino(_folder);
        Lock("model.onnx", ModelHashes.Of(Path.Combine(_folder, "model.onnx")));
        Assert.Equal(["model.onnx"], ModelFolder.Open(_folder).LockedFiles);
        File.AppendAllText(Path.Combine(_folder, "model.onnx"), "x");
        AssertError(() => ModelFolder.Open(_folder), "model.onnx: SHA-256 is");
        File.Delete(Path.Combine(_folder, "model.onnx"));
        AssertError(() => ModelFolder.Open(_folder), "no model.onnx; expected it, since models.lock.json lists it");
    }

    [Fact]
    public void A_locked_file_that_became_a_pipe_is_called_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells a pipe from an empty file without opening it.");
        TinyModels.WriteDino(_folder);
        Lock("model.onnx", ModelHashes.Of(Path.Combine(_folder, "model.onnx")));
        File.Delete(Path.Combine(_folder, "model.onnx"));
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_folder, "model.onnx"));
        made.WaitForExit();
        AssertError(() => ModelFolder.Open(_folder), "model.onnx: a pipe, no regular file; expected a file of the model.");
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("/etc/hostname")]
    [InlineData("onnx/../../x")]
    [InlineData("C:\\\\x")]
    public void A_lock_does_not_lead_out_of_the_folder(string path)
    {
        TinyModels.WriteDino(_folder);
        Lock(path, "00");
        AssertError(() => ModelFolder.Open(_folder), "leaves the model folder");
    }

    private void Lock(string file, string hash) =>
        File.WriteAllText(Path.Combine(_folder, ModelLock.FileName), $$"""{"files": {"{{file}}": "{{hash}}"} }""");

    private static void AssertError(Func<object> open, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(open).Message, StringComparison.Ordinal);
}
