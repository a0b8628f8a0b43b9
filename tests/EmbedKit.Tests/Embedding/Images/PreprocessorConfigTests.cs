using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Images;

public sealed class PreprocessorConfigTests : IDisposable
{
    private const string HuggingFace = "preprocessor_config.json";
    private const string OpenClip = "open_clip_config.json";
    private const string Statistics = "\"image_mean\": [0, 0, 0], \"image_std\": [1, 1, 1]";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Flags_turn_steps_off()
    {
        var config = Read(HuggingFace, """{"do_resize": false, "do_rescale": false, "do_normalize": false, "crop_size": 2}""");
        Assert.Equal([0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0], new ImagePreprocessor(config).Process(new(2, 2, [0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0])));
    }

    [Theory]
    [InlineData("CLIPImageProcessor", "resize shortest edge 32 Bicubic, center crop 24x24")]
    [InlineData("CLIPFeatureExtractor", "resize shortest edge 32 Bicubic, center crop 24x24")]
    [InlineData("BitImageProcessor", "resize shortest edge 32 Bicubic, center crop 24x24")]
    [InlineData("ViTImageProcessor", "resize 32x32 Bilinear,")]
    [InlineData("SiglipImageProcessorFast", "resize 32x32 Bicubic,")]
    public void A_bare_size_means_what_its_processor_means_by_it(string type, string expected) => AssertBegins(
        expected, Read(HuggingFace, $$"""{"image_processor_type": "{{type}}", "size": 32, "crop_size": 24, {{Statistics}}}"""));

    [Theory]
    [InlineData("CLIPImageProcessor",
        "resize shortest edge 224 Bicubic, center crop 224x224, rescale 0.00392156862745098, mean 0.48145466 0.4578275 0.40821073,")]
    [InlineData("ViTFeatureExtractor", "resize 224x224 Bilinear, rescale 0.00392156862745098, mean 0.5 0.5 0.5, std 0.5 0.5 0.5")]
    public void What_a_config_leaves_out_is_its_processors_default(string type, string expected) =>
        AssertBegins(expected, Read(HuggingFace, $$"""{"feature_extractor_type": "{{type}}"}"""));

    [Theory]
    [InlineData("""{"shortest_edge": 30}""", "resize shortest edge 30 Hamming, center crop 20x24")]
    [InlineData("""{"longest_edge": 30}""", "resize longest edge 30 Hamming, center crop 20x24")]
    [InlineData("""{"height": 30, "width": 40}""", "resize 30x40 Hamming, center crop 20x24")]
    [InlineData("30", "resize 30x30 Hamming, center crop 20x24")]
    public void Every_form_of_size_is_read(string size, string expected) => AssertBegins(
        expected,
        Read(
            HuggingFace,
            $$"""{"size": {{size}}, "resample": 5, "do_pad": false, "pad_size": null, "crop_size": {"height": 20, "width": 24}, {{Statistics}}}"""));

    [Fact]
    public void BiomedCLIP_says_mean_and_deviation_and_the_model_says_the_size() => AssertBegins(
        "resize shortest edge 224 Bicubic, center crop 224x224, rescale 0.00392156862745098, mean 0.48145466 ",
        Read(OpenClip, """
            {"model_cfg": {"embed_dim": 512, "vision_cfg": {"timm_model_name": "vit_base_patch16_224", "image_size": 224}, "text_cfg": {"context_length": 256}},
             "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}}
            """));

    [Theory]
    [InlineData("{}", "resize shortest edge 224 Bicubic, center crop 224x224, rescale 0.00392156862745098, mean 0.48145466")]
    [InlineData("""{"size": 32, "interpolation": "bilinear", "resize_mode": "squash", "mean": [0.1, 0.2, 0.3]}""",
        "resize 32x32 Bilinear, rescale 0.00392156862745098, mean 0.1 0.2 0.3")]
    [InlineData("""{"size": [32, 48], "mode": "RGB", "resize_mode": "squash"}""", "resize 32x48 Bicubic,")]
    [InlineData("""{"resize_mode": "longest", "fill_color": 127}""", "resize longest edge 224 Bicubic, center crop 224x224 on 127,")]
    public void An_open_clip_config_is_read(string preprocess, string expected) =>
        AssertBegins(
            expected,
            Read(OpenClip, $$$"""{"model_cfg": {"embed_dim": 512, "vision_cfg": {"image_size": 224}}, "preprocess_cfg": {{{preprocess}}}}"""));

    [Theory]
    [InlineData("""{"size": 32, "do_normalize": false, "resample": 9}""", "'resample' is 9")]
    [InlineData("""{"size": 32, "do_normalize": false}""", "'resample' is missing")]
    [InlineData("""{"size": {"longest_edge": 32, "shortest_edge": 16}, "do_normalize": false, "resample": 3}""", "'size'")]
    [InlineData("""{"size": {"max_height": 32, "max_width": 16}, "do_normalize": false, "resample": 3}""", "'size'")]
    [InlineData("""{"size": {"shortest_edge": 32}, "do_normalize": false, "resample": 3}""", "one size")]
    [InlineData("""{"size": 32, "resample": 3, "image_mean": [0, 0], "image_std": [1, 1, 1]}""", "'image_mean'")]
    [InlineData("""{"size": 32, "resample": 3, "image_mean": [0, 0, 0], "image_std": [1, 0, 1]}""", "'image_std'")]
    [InlineData("""{"size": -1}""", "'size' is -1")]
    [InlineData("""{"size": "big"}""", "'size' is \"big\"")]
    [InlineData("""{"size": 32, "do_resize": 1}""", "'do_resize'")]
    [InlineData("""{"image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": 224}}""", "'ConvNextImageProcessor'")]
    [InlineData("""{"image_processor_type": "ViTImageProcessor", "crop_pct": 0.875}""", "'crop_pct' is 0.875")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "do_pad": true}""", "'do_pad' is true")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{"size": """, "not JSON")]
    public void A_config_that_makes_no_sense_is_an_error_naming_the_key(string json, string expected) => AssertRefused(HuggingFace, json, expected);

    [Theory]
    [InlineData("""{"model_cfg": {}}""", "'preprocess_cfg' is missing")]
    [InlineData("""{"preprocess_cfg": {}}""", "'image_size' is missing")]
    [InlineData("""{"preprocess_cfg": {"size": 32, "interpolation": "random"}}""", "'interpolation' is 'random'")]
    [InlineData("""{"preprocess_cfg": {"size": 32, "resize_mode": "fit"}}""", "'resize_mode' is 'fit'")]
    [InlineData("""{"preprocess_cfg": {"size": [32, 48]}}""", "32×48")]
    [InlineData("""{"preprocess_cfg": {"size": 32, "sharpen": 2}}""", "'sharpen' is 2")]
    [InlineData("""{"preprocess_cfg": {"size": 32, "mode": "L"}}""", "'mode' is 'L'")]
    [InlineData("""{"preprocess_cfg": {"size": 32, "fill_color": 256}}""", "'fill_color' is 256")]
    [InlineData("""{"preprocess_cfg": {"size": 32, "std": [1, -1, 1]}}""", "'std'")]
    public void An_open_clip_config_that_makes_no_sense_is_an_error_naming_the_key(string json, string expected) =>
    AssertRefused(OpenClip, json, expected);

    [Fact]
    public void A_folder_without_either_file_is_an_error_that_names_both()
    {
        var error = Assert.Throws<InputException>(() => PreprocessorConfig.Read(_folder.FullName));
        Assert.Contains(HuggingFace, error.Message, StringComparison.Ordinal);
        Assert.Contains(OpenClip, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_by_hand_is_checked()
    {
        var sound = new PreprocessorConfig { ShortestEdge = 8, CropSize = (8, 8) };
        PreprocessorConfig[] unsound =
        [
            sound with { CropSize = null }, sound with { LongestEdge = 8 }, sound with { ShortestEdge = 0 },
            sound with { RescaleFactor = double.NaN },
            sound with { Mean = [0, 0] }, sound with { StandardDeviation = [1, 0, 1] },
        ];
        sound.Validate();
        Assert.All(unsound, config => Assert.Throws<InputException>(() => new ImagePreprocessor(config)));
    }

    private PreprocessorConfig Read(string file, string json)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, file), json);
        return PreprocessorConfig.Read(_folder.FullName);
    }

    private static void AssertBegins(string expected, PreprocessorConfig config) =>
        Assert.StartsWith(expected, new ImagePreprocessor(config).Description, StringComparison.Ordinal);

    private void AssertRefused(string file, string json, string expected)
    {
        var error = Assert.Throws<InputException>(() => Read(file, json));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }
}
