using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>How embeddings are extracted. None of it changes the numbers beyond rounding, but <see cref="TextColumn"/> and <see cref="Decoder"/>.</summary>
public sealed record ExtractionOptions
{
    /// <summary>The column whose text is embedded. Default <c>text</c>; <c>text_published</c> is the paper's, leaks included.</summary>
    public string TextColumn { get; init; } = LabelledDataset.TextColumn;

    /// <summary>Inputs a run of the model. Default 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Threads that decode and prepare images. Default: one a core.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether an unreadable image or a text cut to the context ends the run, instead of being counted. Default false.</summary>
    public bool FailFast { get; init; }

    /// <summary>Limits and orientation of decoding.</summary>
    public ImageDecoderOptions Decoder { get; init; } = new();

    internal void Validate()
    {
        if (BatchSize is < 1 or > 4096)
        {
            throw new InputException($"batch size is {BatchSize}; expected 1 to 4096.");
        }

        if (Threads < 1)
        {
            throw new InputException($"threads is {Threads}; expected at least 1.");
        }
    }
}
