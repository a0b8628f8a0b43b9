using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>How embeddings are extracted. None of it changes the numbers beyond rounding, but <see cref="TextColumn"/> and
/// <see cref="Decoder"/>.</summary>
public sealed record ExtractionOptions
{
    /// <summary>The column whose text is embedded. Default <c>text</c>; <c>text_published</c> is the paper's, leaks included.</summary>
    public string TextColumn { get; init; } = LabelledDataset.TextColumn;

    /// <summary>
    /// Inputs a run of the model, 1 to 4096. Default null: 8 on the CPU, 32 on a GPU, fewer where memory is short or texts are long, 1 for int8
    /// models (whose numbers would depend on their neighbours).
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Threads that prepare images and run the models, each a run of its own: encoders are best opened with one thread. Default: one a core.
    /// </summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The part of the rows to embed. Default null: all.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>Rows that are kept together while a file is being made, and that a killed run loses at most; at least 1. Default 1,024.</summary>
    public int CheckpointRows { get; init; } = 1024;

    /// <summary>Whether embeddings are kept in half precision, which halves a Parquet file; the encoders' own precision is another matter. Default
    /// false.</summary>
    public bool Half { get; init; }

    /// <summary>Whether unfinished work of an earlier run is thrown away. Default false: it is gone on with.</summary>
    public bool Restart { get; init; }

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

        if (CheckpointRows < 1)
        {
            throw new InputException($"checkpoint rows is {CheckpointRows}; expected at least 1.");
        }
    }
}
