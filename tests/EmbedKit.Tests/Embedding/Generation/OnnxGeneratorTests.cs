using EmbedKit.Data;
using EmbedKit.Embedding;
using EmbedKit.Embedding.Generation;
using EmbedKit.Runtime;
using Microsoft.Extensions.AI;

namespace EmbedKit.Tests.Embedding.Generation;

public sealed class OnnxGeneratorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Texts_of_any_length_give_what_the_encoder_gives_one_by_one()
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(Path.Combine(_folder, "llama"))));
        using var generator = new OnnxTextGenerator(encoder, batchSize: 2);
        string[] texts = ["a b", "a", "b c d", "c", "d"];
        var got = await generator.GenerateAsync(texts, null, TestContext.Current.CancellationToken);
        Assert.Equal(texts.Select(t => encoder.Encode([encoder.Tokenizer.Encode(t)]).Values), got.Select(e => e.Vector.ToArray()));
        var of = Assert.IsType<EmbeddingGeneratorMetadata>(generator.GetService(typeof(EmbeddingGeneratorMetadata)));
        Assert.Equal(("Microsoft.ML.OnnxRuntime", "llama", 2), (of.ProviderName, of.DefaultModelId, of.DefaultModelDimensions));
        Assert.Same(encoder, generator.GetService(typeof(OnnxTextEncoder)));
        Assert.Null(generator.GetService(typeof(OnnxTextEncoder), "key"));
    }

    [Fact]
    public async Task Images_give_what_the_encoder_gives_one_by_one()
    {
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(TinyModels.WriteDino(Path.Combine(_folder, "dino"))));
        using var generator = new OnnxImageGenerator(encoder, batchSize: 2);
        var images = Enumerable.Range(0, 3).Select(i => new RgbImage(4, 5, [.. Enumerable.Range(0, 60).Select(p => (byte)(p + (i * 50)))])).ToArray();
        var got = await generator.GenerateAsync(images, null, TestContext.Current.CancellationToken);
        Assert.Equal(images.Select(i => encoder.Encode(encoder.Preprocessor.Process(i), 1).Values), got.Select(e => e.Vector.ToArray()));
        Assert.Equal("dino", got[2].ModelId);
        Assert.Equal(12, (generator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelDimensions);
    }

    [Fact]
    public async Task Another_model_or_width_than_the_one_opened_is_refused()
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(Path.Combine(_folder, "llama"))));
        using var generator = new OnnxTextGenerator(encoder);
        await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["a"], new() { ModelId = "other" }, TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 7 }, TestContext.Current.CancellationToken));
        Assert.Contains("7 dimensions are asked for; expected 2", error.Message, StringComparison.Ordinal);
        Assert.Single(await generator.GenerateAsync(["a"], new() { ModelId = "llama", Dimensions = 2 }, TestContext.Current.CancellationToken));
    }
}
