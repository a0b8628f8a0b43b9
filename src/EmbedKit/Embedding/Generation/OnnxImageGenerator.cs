using EmbedKit.Data;
using Microsoft.Extensions.AI;

namespace EmbedKit.Embedding.Generation;

/// <summary>An image encoder as <c>Microsoft.Extensions.AI</c> knows embedding generators: decoded images in, one vector each out.</summary>
public sealed class OnnxImageGenerator : IEmbeddingGenerator<RgbImage, Embedding<float>>
{
    private readonly OnnxImageEncoder _encoder;
    private readonly int _batchSize;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Wraps an encoder, which stays its opener's to dispose.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="batchSize">Images a run of the model, at most.</param>
    public OnnxImageGenerator(OnnxImageEncoder encoder, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_encoder, _batchSize) = (encoder, batchSize);
        _metadata = new(OnnxModel.ProviderName, null, encoder.Folder.Name, encoder.Dimension);
    }

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<RgbImage> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratorOptions.Check(options, _metadata);
        RgbImage[] images = [.. values];
        return Task.Run(() => Generate(images, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => GeneratorOptions.Service(this, serviceType, serviceKey, _metadata, _encoder);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private GeneratedEmbeddings<Embedding<float>> Generate(RgbImage[] images, CancellationToken cancellation)
    {
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(images.Length);
        foreach (var batch in images.Chunk(_batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = _encoder.Encode([.. batch.SelectMany(_encoder.Preprocessor.Process)], batch.Length);
            for (var row = 0; row < batch.Length; row++)
            {
                embeddings.Add(new(rows.Row(row).ToArray()) { ModelId = _metadata.DefaultModelId });
            }
        }

        return embeddings;
    }
}
