using EmbedKit.Fusion;
using EmbedKit.Runtime;

namespace EmbedKit.Benchmarking;

/// <summary>One way of training, to be measured in a process that does nothing else.</summary>
public sealed record WayOptions
{
    /// <summary>The way.</summary>
    public required TrainingWay Way { get; init; }

    /// <summary>The embeddings of all rows, which <see cref="TrainingWay.Cached"/> learns from and no other way opens.</summary>
    public required string Embeddings { get; init; }

    /// <summary>The labels CSV of the rows that were embedded, with texts.</summary>
    public required string Labels { get; init; }

    /// <summary>The folder of the images; null where the fusion reads none.</summary>
    public string? Images { get; init; }

    /// <summary>Folder or name of the image model, or of one for both modalities; null where the fusion reads no image.</summary>
    public string? ImageModel { get; init; }

    /// <summary>Folder or name of the text model; null: the image model's text side.</summary>
    public string? TextModel { get; init; }

    /// <summary>The label column.</summary>
    public required string Label { get; init; }

    /// <summary>What the head reads. Default early fusion.</summary>
    public FusionKind Fusion { get; init; } = FusionKind.Early;

    /// <summary>Training rows to learn from, at least 2; null: all. Drawn by the seed, the same for every way; test rows stay.</summary>
    public int? Rows { get; init; }

    /// <summary>Epochs, at least 2: the first is a warm-up and not measured. Default 4.</summary>
    public int Epochs { get; init; } = 4;

    /// <summary>Threads of extraction and of the encoders; the head has one. Default: the machine's processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Step size of the encoders' weights where they are trained too; the head has its own. Default 5e-5, as BERT's authors
    /// fine-tune.</summary>
    public double EncoderLearningRate { get; init; } = 5e-5;

    internal FusionOptions Head => new() { Kind = Fusion };

    internal TrainerOptions Training => new() { Epochs = Epochs };

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InputException">A value is out of range.</exception>
    public void Validate()
    {
        if (Epochs < 2)
        {
            throw new InputException($"epochs is {Epochs}; expected at least 2: the first is a warm-up, and is not measured.");
        }

        if (Rows < 2)
        {
            throw new InputException($"rows is {Rows}; expected at least 2 training rows.");
        }

        if (!double.IsFinite(EncoderLearningRate) || EncoderLearningRate <= 0)
        {
            throw new InputException(FormattableString.Invariant($"encoder learning rate is {EncoderLearningRate}; expected a number above 0."));
        }

        if (Threads < 1)
        {
            throw new InputException($"threads is {Threads}; expected at least 1.");
        }
    }

    internal string GivenImageModel() => ImageModel ?? throw Missing("image model");

    internal string GivenTextModel() => TextModel ?? ImageModel ?? throw Missing("text model");

    private static InputException Missing(string name) => new($"no {name}; expected the folder or name of one, to embed with in every epoch.");
}
