using Microsoft.Extensions.AI;

namespace EmbedKit.Embedding.Generation;

/// <summary>
/// A text encoder as <c>Microsoft.Extensions.AI</c> knows embedding generators, so that it serves wherever those do. Texts longer than the
/// model's context are cut to it.
/// </summary>
public sealed class OnnxTextGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly OnnxTextEncoder _encoder;
    private readonly int _batchSize;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Wraps an encoder, which stays its opener's to dispose.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="batchSize">Texts a run of the model, at most; only texts of one length share a run.</param>
    public OnnxTextGenerator(OnnxTextEncoder encoder, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_encoder, _batchSize) = (encoder, batchSize);
        _metadata = new(OnnxModel.ProviderName, null, encoder.Folder.Name, encoder.Dimension);
    }

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratorOptions.Check(options, _metadata);
        string[] texts = [.. values];
        return Task.Run(() => Generate(texts, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => GeneratorOptions.Service(this, serviceType, serviceKey, _metadata, _encoder);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, CancellationToken cancellation)
    {
        var tokens = Array.ConvertAll(texts, _encoder.Tokenizer.Encode);
        var embeddings = new Embedding<float>[texts.Length];
        foreach (var batch in Enumerable.Range(0, texts.Length).GroupBy(i => _encoder.RunLength(tokens[i].Ids.Length)).SelectMany(g => g.Chunk(_batchSize)))
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = _encoder.Encode([.. batch.Select(i => tokens[i])]);
            for (var row = 0; row < batch.Length; row++)
            {
                embeddings[batch[row]] = new(rows.Row(row).ToArray()) { ModelId = _metadata.DefaultModelId };
            }
        }

        return new(embeddings);
    }
}
