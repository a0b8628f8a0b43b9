using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What the published memory figure is computed from.</summary>
public sealed record PublishedMemoryOptions
{
    /// <summary>float32 inputs a row: D image + D text for embeddings, height × width × 3 for raw images.</summary>
    public required long InputsPerRow { get; init; }

    /// <summary>float32 labels a row: 1 for binary, C for one-hot multiclass, L for multilabel.</summary>
    public required int LabelsPerRow { get; init; }

    /// <summary>Training rows.</summary>
    public required int TrainRows { get; init; }

    /// <summary>Test rows.</summary>
    public required int TestRows { get; init; }

    /// <summary>Trainable parameters of the model, float32.</summary>
    public required long Parameters { get; init; }

    /// <summary>Rows a batch; default 64, as published on the medical data.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Bytes a row that the published figure leaves out; default 0, as published. Its raw-data loader hands over the text as token ids
    /// and attention mask (int64 each), and the published sizes only fit images and labels: 2 × tokens × 8 bytes gives the full figure.
    /// </summary>
    public long UncountedBytesPerRow { get; init; }
}

/// <summary>
/// The memory figure of arXiv 2406.02601 as its <c>Memory/</c> notebooks compute it: bytes of the tensors of one batch, averaged over the
/// loader, and parameters × 4 bytes. It says how much data passes through, not how much memory a process needs. All sizes in MiB
/// (2²⁰ bytes; the notebooks print "MB").
/// </summary>
public sealed record PublishedMemory
{
    private const double Mebibyte = 1 << 20;

    private PublishedMemory()
    {
    }

    /// <summary>A training batch, on average.</summary>
    public required double TrainPerBatch { get; init; }

    /// <summary>All training batches.</summary>
    public required double TrainPerEpoch { get; init; }

    /// <summary>A test batch, on average.</summary>
    public required double TestPerBatch { get; init; }

    /// <summary>All test batches.</summary>
    public required double TestPerEpoch { get; init; }

    /// <summary>As published: all test batches divided by the number of <em>training</em> batches. Compare with <see cref="TestPerBatch"/>.</summary>
    public required double TestPerBatchAsPublished { get; init; }

    /// <summary>As published: that quotient times the number of test batches. Compare with <see cref="TestPerEpoch"/>.</summary>
    public required double TestPerEpochAsPublished { get; init; }

    /// <summary>The model's parameters.</summary>
    public required double Model { get; init; }

    /// <summary>Computes the figure.</summary>
    /// <param name="options">Shapes and counts.</param>
    /// <exception cref="InputException">A count is below 1 (uncounted bytes: below 0).</exception>
    public static PublishedMemory Of(PublishedMemoryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var (name, value, least) in new (string, long, long)[]
        {
            (nameof(options.InputsPerRow), options.InputsPerRow, 1), (nameof(options.LabelsPerRow), options.LabelsPerRow, 1),
            (nameof(options.TrainRows), options.TrainRows, 1), (nameof(options.TestRows), options.TestRows, 1),
            (nameof(options.Parameters), options.Parameters, 1), (nameof(options.BatchSize), options.BatchSize, 1),
            (nameof(options.UncountedBytesPerRow), options.UncountedBytesPerRow, 0),
        })
        {
            if (value < least)
            {
                throw new InputException($"published memory: {name} is {value}; expected at least {least}.");
            }
        }

        var row = (sizeof(float) * (options.InputsPerRow + options.LabelsPerRow)) + options.UncountedBytesPerRow;
        var (train, test) = (row * options.TrainRows / Mebibyte, row * options.TestRows / Mebibyte);
        var (trainBatches, testBatches) = (Batches(options.TrainRows), Batches(options.TestRows));
        return new()
        {
            TrainPerBatch = train / trainBatches,
            TrainPerEpoch = train,
            TestPerBatch = test / testBatches,
            TestPerEpoch = test,
            TestPerBatchAsPublished = test / trainBatches,
            TestPerEpochAsPublished = test / trainBatches * testBatches,
            Model = sizeof(float) * options.Parameters / Mebibyte,
        };

        int Batches(int rows) => (rows + options.BatchSize - 1) / options.BatchSize;
    }
}
