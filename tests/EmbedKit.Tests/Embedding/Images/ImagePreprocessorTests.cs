using System.Runtime.InteropServices;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Images;

public sealed class ImagePreprocessorTests : IDisposable
{
    private const string Clip = """
        {"image_processor_type": "CLIPImageProcessor", "do_resize": true, "size": {"shortest_edge": 224}, "resample": 3, "do_center_crop": true,
         "crop_size": {"height": 224, "width": 224}, "do_rescale": true, "rescale_factor": 0.00392156862745098, "do_normalize": true,
         "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
        """;

    private const string Square = """
        {"image_processor_type": "ViTImageProcessor", "size": {"height": 96, "width": 80}, "resample": 2, "rescale_factor": 0.00392156862745098,
         "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
        """;

    private const string Dino = """
        {"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 256}, "resample": 3, "crop_size": {"height": 225, "width": 223},
         "rescale_factor": 0.00392156862745098, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Clip)]
    [InlineData(Square)]
    [InlineData(Dino)]
    public void Equals_torchvision_on_the_real_photographs(string config)
    {
        var files = Directory.GetFiles(Samples.Find("ham10000/images"), "*.jpg", SearchOption.AllDirectories);
        AssertSame(config, files);
    }

    [Theory]
    [InlineData(Clip)]
    [InlineData(Square)]
    [InlineData(Dino)]
    public void Equals_torchvision_on_generated_images(string config)
    {
        _ = PillowReference.Run(["make", _folder.FullName]);
        AssertSame(config, Directory.GetFiles(_folder.FullName, "*.png"));
    }

    [Fact]
    public void The_crop_begins_at_the_offset_rounded_half_to_even()
    {
        // 5−2 = 3 and 7−2 = 5: offsets 1.5 → 2 and 2.5 → 2.
        var config = new PreprocessorConfig { CropSize = (2, 2) };
        var crop = new ImagePreprocessor(config).ResizeAndCrop(Ramp(5, 7));
        Assert.Equal([12, 13, 17, 18], crop.Pixels.Where((_, i) => i % 3 == 0));
    }

    [Fact]
    public void A_crop_larger_than_the_image_is_padded_with_black()
    {
        var crop = new ImagePreprocessor(new() { CropSize = (4, 4) }).ResizeAndCrop(Ramp(1, 3));
        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0], crop.Pixels.Where((_, i) => i % 3 == 0));
    }

    [Fact]
    public void Flags_turn_steps_off()
    {
        var preprocessor = Read("""{"do_resize": false, "do_rescale": false, "do_normalize": false, "crop_size": 2}""");
        Assert.Equal([0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0], preprocessor.Process(Ramp(2, 2)));
    }

    [Theory]
    [InlineData("CLIPImageProcessor", "resize shortest edge 32")]
    [InlineData("BitImageProcessor", "resize shortest edge 32")]
    [InlineData("ViTImageProcessor", "resize 32x32")]
    public void A_bare_size_means_what_its_processor_means_by_it(string type, string expected) => Assert.StartsWith(
        expected,
        Read($$"""{"image_processor_type": "{{type}}", "size": 32, "crop_size": 24, "image_mean": [0,0,0], "image_std": [1,1,1]}""").Description,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"size": 32, "do_normalize": false, "resample": 9}""", "'resample' is 9")]
    [InlineData("""{"size": {"longest_edge": 32}, "do_normalize": false}""", "'size'")]
    [InlineData("""{"size": {"shortest_edge": 32}, "do_normalize": false}""", "one size")]
    [InlineData("""{"size": 32, "image_mean": [0, 0], "image_std": [1, 1, 1]}""", "'image_mean'")]
    [InlineData("""{"size": 32, "image_mean": [0, 0, 0], "image_std": [1, 0, 1]}""", "'image_std'")]
    [InlineData("""{"size": -1}""", "'size' is -1")]
    [InlineData("""{"size": "big"}""", "'size' is \"big\"")]
    [InlineData("""{"size": 32, "do_resize": 1}""", "'do_resize'")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{"size": """, "not JSON")]
    public void A_config_that_makes_no_sense_is_an_error_naming_the_key(string json, string expected)
    {
        var error = Assert.Throws<InputException>(() => Read(json));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("preprocessor_config.json", error.Message, StringComparison.Ordinal);
    }

    private ImagePreprocessor Read(string json)
    {
        var path = Path.Combine(_folder.FullName, "preprocessor_config.json");
        File.WriteAllText(path, json);
        return new(PreprocessorConfig.Read(path));
    }

    private void AssertSame(string json, string[] files)
    {
        var preprocessor = Read(json);
        var hashes = PillowReference.Run(["preprocess", Path.Combine(_folder.FullName, "preprocessor_config.json"), _folder.FullName, .. files]);
        for (var i = 0; i < files.Length; i++)
        {
            var image = new ImageDecoder().Read(files[i]);
            Assert.Equal((files[i], hashes[i].GetString()), (files[i], PillowReference.Hash(preprocessor.ResizeAndCrop(image))));
            var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder.FullName, $"{i}.f32")));
            var actual = preprocessor.Process(image);
            Assert.True(expected.SequenceEqual(actual), files[i]);
        }
    }

    private static RgbImage Ramp(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            pixels[i * 3] = (byte)i;
        }

        return new(width, height, pixels);
    }
}
