using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Images;

public sealed class OpenClipPreprocessingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void BiomedCLIP_says_mean_and_deviation_and_the_model_says_the_size()
    {
        var preprocessor = Read("""
            {"model_cfg": {"embed_dim": 512, "vision_cfg": {"timm_model_name": "vit_base_patch16_224", "image_size": 224}, "text_cfg": {"context_length": 256}},
             "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}}
            """);
        Assert.Equal((224, 224), (preprocessor.Height, preprocessor.Width));
        Assert.StartsWith("resize shortest edge 224 Bicubic, center crop 224x224, rescale 0.00392156862745098, mean 0.48145466 ", preprocessor.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_and_a_mode_of_its_own_count_before_the_model()
    {
        var preprocessor = Read("""
            {"model_cfg": {"vision_cfg": {"image_size": 32}}, "preprocess_cfg": {"size": [48, 48], "resize_mode": "squash", "interpolation": "bilinear", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}
            """);
        Assert.StartsWith("resize 48x48 Bilinear, rescale", preprocessor.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_config_takes_the_defaults() =>
        Assert.Contains("edge 224 Bicubic, center crop 224x224", Read("""{"model_cfg": {"vision_cfg": {}}}""").Description, StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "'model_cfg' is missing; expected open_clip's description")]
    [InlineData("""{"model_cfg": {}}""", "'model_cfg.vision_cfg' is missing")]
    [InlineData("""{"model_cfg": {"vision_cfg": {"image_size": [224, 200]}}}""", "'image_size' is [224, 200]; expected a square's side")]
    [InlineData("""{"model_cfg": {"vision_cfg": {}}, "preprocess_cfg": {"resize_mode": "longest"}}""", "'resize_mode' is 'longest'; expected shortest or squash")]
    [InlineData("""{"model_cfg": {"vision_cfg": {}}, "preprocess_cfg": {"interpolation": "random"}}""", "'interpolation' is 'random'; expected bicubic or bilinear")]
    [InlineData("""{"model_cfg": {"vision_cfg": {}}, "preprocess_cfg": {"std": [0, 1, 1]}}""", "'std' is a value that is not positive")]
    public void What_makes_no_sense_is_an_error(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Read(json)).Message, StringComparison.Ordinal);

    private ImagePreprocessor Read(string json)
    {
        File.WriteAllText(Path.Combine(_folder, "open_clip_config.json"), json);
        return ImagePreprocessor.Read(_folder);
    }
}
