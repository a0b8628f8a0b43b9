using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;

namespace EmbedKit.Tests.Embedding.Extraction;

public sealed class RunSizeTests : IDisposable
{
    private const long Gibibyte = 1L << 30;
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>An image of the tiny model is 4×4: 192 bytes prepared, so 19,200 are reckoned for it, times threads.</summary>
    [Theory]
    [InlineData(2, 16 * Gibibyte, 8)]
    [InlineData(2, 4 * 2 * 8 * 19_200, 8)]
    [InlineData(2, (4 * 2 * 8 * 19_200) - 1, 4)]
    [InlineData(4, 4 * 2 * 8 * 19_200, 4)]
    [InlineData(64, 1_000_000, 1)]
    public void Images_of_all_runs_need_a_quarter_of_the_memory_at_most(int threads, long memory, int expected)
    {
        using var image = Encoder(ModelPrecision.Float32);
        Assert.Equal(new RunSize(expected, 8, 2048, threads), RunSize.For(image, null, new() { Threads = threads }, memory));
    }

    [Fact]
    public void A_given_batch_counts_as_it_is()
    {
        using var image = Encoder(ModelPrecision.Int8);
        Assert.Equal(new RunSize(100, 100, int.MaxValue, 3), RunSize.For(image, null, new() { Threads = 3, BatchSize = 100 }, 1));
    }

    [Fact]
    public void An_int8_model_is_given_one_input_at_a_time()
    {
        using var image = Encoder(ModelPrecision.Int8);
        Assert.Equal(1, RunSize.For(image, null, new(), 16 * Gibibyte).Images);
    }

    [Fact]
    public void Long_texts_share_a_run_with_fewer()
    {
        using var text = new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(Path.Combine(_folder, "llama"))));
        (int, string)[] texts = [.. Enumerable.Range(0, 8).Select(i => (i, "nevus nevus"))];
        var tokens = text.Tokenizer.Encode("nevus nevus").Ids.Length;
        Assert.Equal([8], new EncoderTexts(text).Plan(texts, 8, 2048).Select(r => r.Rows.Length));
        Assert.Equal([3, 3, 2], new EncoderTexts(text).Plan(texts, 8, (4 * tokens) - 1).Select(r => r.Rows.Length));
        Assert.Equal(8, new EncoderTexts(text).Plan(texts, 8, 1).Count);
    }

    [Fact]
    public void Unfinished_work_keeps_its_sizes()
    {
        var size = new RunSize(8, 8, 2048, 2);
        Assert.Equal(size with { Images = 3 }, size.Or((size with { Images = 3, Concurrent = 7 }).Settings));
        Assert.Equal(size, size.Or(null));
        Assert.Equal(size, size.Or(new Dictionary<string, string> { ["batch_images"] = "many" }));
    }

    private OnnxImageEncoder Encoder(ModelPrecision precision)
    {
        var folder = TinyModels.WriteDino(Path.Combine(_folder, "dino"));
        File.Copy(Path.Combine(folder, "model.onnx"), Path.Combine(folder, "model_quantized.onnx"), overwrite: true);
        return new(ModelFolder.Open(folder), new() { Precision = precision });
    }
}
