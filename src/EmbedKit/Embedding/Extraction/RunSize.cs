using System.Globalization;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;

namespace EmbedKit.Embedding.Extraction;

/// <summary>How much the models are given at once.</summary>
/// <param name="Images">Most images of one run.</param>
/// <param name="Texts">Most texts of one run.</param>
/// <param name="Tokens">Most tokens of one run of more than one text.</param>
/// <param name="Concurrent">Runs side by side.</param>
internal sealed record RunSize(int Images, int Texts, int Tokens, int Concurrent)
{
    private const int OnProcessor = 8;
    private const int OnGpu = 32;
    private const int TokensOfOneRun = 2048;

    /// <summary>Bytes a model needs for an image while it runs, in bytes of the prepared image: 60 MB at 224×224, of which ViT-B takes 50.</summary>
    private const int BytesPerPixelByte = 100;

    /// <summary>
    /// The sizes for a job. A given batch counts as it is. Else 8 inputs a run on the CPU, where each thread has a run of its own and more
    /// gains nothing, and 32 on a GPU; halved until the images of all runs, at 100 bytes for each byte of a prepared image, need no more
    /// than a quarter of the memory; texts that are long fewer, so that a run has no more than 2,048 tokens. int8 models are given one
    /// input at a time, because they take their scale from the whole batch: a neighbour would change an input's numbers.
    /// </summary>
    /// <param name="image">The image encoder, or null.</param>
    /// <param name="text">What embeds the texts, or null.</param>
    /// <param name="options">Threads, and the batch if it is given.</param>
    /// <param name="memory">Bytes this process may use.</param>
    internal static RunSize For(OnnxImageEncoder? image, ITextEmbedder? text, ExtractionOptions options, long memory)
    {
        var gpu = image?.Device == ExecutionDevice.Cuda || text?.Device == ExecutionDevice.Cuda;
        var concurrent = gpu ? 1 : options.Threads;
        if (options.BatchSize is { } given)
        {
            return new(given, given, int.MaxValue, concurrent);
        }

        var (most, images) = (gpu ? OnGpu : OnProcessor, gpu ? OnGpu : OnProcessor);
        while (image is not null && images > 1
            && (long)concurrent * images * image.Preprocessor.Length * sizeof(float) * BytesPerPixelByte > memory / 4)
        {
            images /= 2;
        }

        return new(image?.Precision == ModelPrecision.Int8 ? 1 : images, text?.Batch ?? most, TokensOfOneRun, concurrent);
    }

    /// <summary>As settings that unfinished work is compared by; runs side by side change nothing.</summary>
    internal IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["batch_images"] = Images.ToString(CultureInfo.InvariantCulture),
        ["batch_texts"] = Texts.ToString(CultureInfo.InvariantCulture),
        ["batch_tokens"] = Tokens.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The sizes that unfinished work was begun with, or these where it does not say.</summary>
    internal RunSize Or(IReadOnlyDictionary<string, string>? begun)
    {
        int Of(string name, int otherwise) =>
            int.TryParse(begun?.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var size) && size > 0 ? size : otherwise;
        return this with { Images = Of("batch_images", Images), Texts = Of("batch_texts", Texts), Tokens = Of("batch_tokens", Tokens) };
    }
}
