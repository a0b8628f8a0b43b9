using EmbedKit.Runtime;
using Microsoft.Extensions.AI;

namespace EmbedKit.Embedding.Generation;

/// <summary>What the generators have in common: requests they cannot meet are refused, and they say what they are.</summary>
internal static class GeneratorOptions
{
    /// <exception cref="InputException">Another model or width is asked for than the one there is.</exception>
    internal static void Check(EmbeddingGenerationOptions? options, EmbeddingGeneratorMetadata metadata)
    {
        if (options?.ModelId is { } model && model != metadata.DefaultModelId)
        {
            throw new InputException($"model '{model}' is asked for; expected {metadata.DefaultModelId}, the one that was opened.");
        }

        if (options?.Dimensions is { } width && width != metadata.DefaultModelDimensions)
        {
            throw new InputException($"{metadata.DefaultModelId}: {width} dimensions are asked for; expected {metadata.DefaultModelDimensions?.ToString() ?? "none asked for"}.");
        }
    }

    internal static object? Service(object self, Type type, object? key, EmbeddingGeneratorMetadata metadata, object? model = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        return key is not null ? null : type.IsInstanceOfType(metadata) ? metadata : type.IsInstanceOfType(self) ? self : type.IsInstanceOfType(model) ? model : null;
    }
}
