using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Runtime;
using Microsoft.Extensions.AI;

namespace EmbedKit.Http;

/// <summary>
/// Keeps what a text generator gave on disk, by content: one file a text, named by the SHA-256 of provider, address, model and text, each
/// written whole and flushed. A run that was killed finds all batches that had come back; an altered or cut file counts as absent.
/// </summary>
public sealed class CachedTextGenerator : DelegatingEmbeddingGenerator<string, Embedding<float>>
{
    private const int HashLength = SHA256.HashSizeInBytes;
    private readonly string _folder;
    private readonly int _batchSize;
    private readonly string _identity;

    /// <summary>Sets up.</summary>
    /// <param name="inner">The generator that is asked for what is missing; it is disposed with this one.</param>
    /// <param name="folder">The cache's folder, made when needed. It holds vectors and hashes, no texts.</param>
    /// <param name="batchSize">Texts asked for at a time, at most: so many are lost when a run is killed.</param>
    public CachedTextGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, string folder, int batchSize = 64)
        : base(inner)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var of = inner.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        (_folder, _batchSize, _identity) = (folder, batchSize, $"{of?.ProviderName}\n{of?.ProviderUri}\n{of?.DefaultModelId}\n");
    }

    /// <inheritdoc/>
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        var paths = Array.ConvertAll(texts, PathOf);
        var vectors = Array.ConvertAll(paths, Read);
        foreach (var batch in Enumerable.Range(0, texts.Length).Where(i => vectors[i] is null).Chunk(_batchSize))
        {
            var fresh = await base.GenerateAsync(batch.Select(i => texts[i]), options, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < batch.Length; i++)
            {
                vectors[batch[i]] = fresh[i].Vector.ToArray();
                Write(paths[batch[i]], fresh[i].Vector.Span);
            }
        }

        if (Array.Find(vectors, v => v!.Length != vectors[0]!.Length) is { } other)
        {
            throw new InputException(
                $"{_folder}: vectors of {vectors[0]!.Length} and of {other.Length} numbers by one model; expected one width. Its name means "
                    + "another model now: delete this folder.");
        }

        var model = (GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelId;
        return new(vectors.Select(v => new Embedding<float>(v!) { ModelId = model }));
    }

    private string PathOf(string text)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_identity + text)));
        return Path.Combine(_folder, name[..2], name + ".f32");
    }

    private static float[]? Read(string path)
    {
        if (FileKinds.Of(path) != FileKind.File
            || File.ReadAllBytes(path) is var bytes && (bytes.Length <= HashLength || bytes.Length % sizeof(float) != 0))
        {
            return null;
        }

        var content = bytes.AsSpan(HashLength);
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
        {
            return null;
        }

        var vector = new float[content.Length / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(content[(i * sizeof(float))..]);
        }

        return vector;
    }

    private static void Write(string path, ReadOnlySpan<float> vector)
    {
        var bytes = new byte[HashLength + (vector.Length * sizeof(float))];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(HashLength + (i * sizeof(float))), vector[i]);
        }

        SHA256.HashData(bytes.AsSpan(HashLength), bytes);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
