using System.Runtime.InteropServices;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Images;

[Trait("Tier", "slow")]
public sealed class ImagePreprocessorTests(GeneratedImages generated) : IClassFixture<GeneratedImages>, IDisposable
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

    private const string Longest = """
        {"size": {"longest_edge": 61}, "resample": 3, "crop_size": {"height": 61, "width": 61}, "rescale_factor": 0.00392156862745098,
         "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
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
    [InlineData(Longest)]
    public void Equals_Pillow_on_generated_images(string config) => AssertSame(config, generated.Files);

    [Theory]
    [InlineData(Clip)]
    [InlineData(Square)]
    [InlineData(Dino)]
    public void Equals_torchvision_itself(string config) => AssertSame(config, generated.Files, torchvision: true);

    [Fact]
    public void Equals_Pillow_on_48_million_pixels()
    {
        var expected = PillowReference.Run(["large", _folder.FullName]);
        var crop = Read(Clip).ResizeAndCrop(new ImageDecoder().Read(Path.Combine(_folder.FullName, "large.jpg")));
        Assert.Equal(expected.GetString(), PillowReference.Hash(crop));
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
    public void A_tower_is_cropped_and_an_endless_one_refused()
    {
        var preprocessor = new ImagePreprocessor(new() { ShortestEdge = 224, CropSize = (224, 224) });
        var middle = preprocessor.ResizeAndCrop(Ramp(1, 20_001));
        Assert.All(Enumerable.Range(0, 224), x => Assert.Equal(middle.Pixels[0], middle.Pixels[x * 3]));
        Assert.Contains(
            "sides less unequal", Assert.Throws<InputException>(() => preprocessor.ResizeAndCrop(Ramp(10_000_000, 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_crop_larger_than_the_image_is_padded_with_black()
    {
        var crop = new ImagePreprocessor(new() { CropSize = (4, 4) }).ResizeAndCrop(Ramp(1, 3));
        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0], crop.Pixels.Where((_, i) => i % 3 == 0));
    }

    private ImagePreprocessor Read(string json)
    {
        var path = Path.Combine(_folder.FullName, "preprocessor_config.json");
        File.WriteAllText(path, json);
        return ImagePreprocessor.Read(_folder.FullName);
    }

    /// <summary>The 8-bit stage to the byte; the float stage to the bit of Hugging Face's arithmetic, and within 1e-6 of torchvision's own.</summary>
    private void AssertSame(string json, string[] files, bool torchvision = false)
    {
        var preprocessor = Read(json);
        string[] arguments =
            [torchvision ? "torchvision" : "preprocess", Path.Combine(_folder.FullName, "preprocessor_config.json"), _folder.FullName, .. files];
        var hashes = torchvision ? PillowReference.RunTorchvision(arguments) : PillowReference.Run(arguments);
        for (var i = 0; i < files.Length; i++)
        {
            var image = new ImageDecoder().Read(files[i]);
            Assert.Equal((files[i], hashes[i].GetString()), (files[i], PillowReference.Hash(preprocessor.ResizeAndCrop(image))));
            var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder.FullName, $"{i}.f32"))).ToArray();
            var actual = preprocessor.Process(image);
            Assert.Equal(expected.Length, actual.Length);
            Assert.True(
                torchvision ? expected.Zip(actual).All(p => Math.Abs(p.First - p.Second) <= 1e-6)
                    : expected.AsSpan().SequenceEqual(actual), files[i]);
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
