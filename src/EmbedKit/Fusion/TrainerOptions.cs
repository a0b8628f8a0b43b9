using EmbedKit.Alignment;
using EmbedKit.Runtime;

namespace EmbedKit.Fusion;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean training loss over the epoch's minibatches.</param>
/// <param name="SelectionMacroF1">Macro-F1 on the rows that choose the epoch; null when there are none.</param>
public sealed record EpochRecord(int Epoch, double Loss, double? SelectionMacroF1);

/// <summary>How weights move along the gradient; both as PyTorch's optimiser of that name.</summary>
public enum OptimizerKind
{
    /// <summary>Weight decay is taken off the weights (Loshchilov and Hutter 2019), as published.</summary>
    AdamW,

    /// <summary>Weight decay is an L2 term of the gradient (Kingma and Ba 2015).</summary>
    Adam,
}

/// <summary>When the noise of strength σ is drawn.</summary>
public enum NoiseKind
{
    /// <summary>Anew for every minibatch of training rows; what is predicted stays clean.</summary>
    Fresh,

    /// <summary>Once for every training row, before the first epoch; what is predicted stays clean.</summary>
    Frozen,

    /// <summary>Anew for every minibatch, and once for every row that is predicted, by its id: the same row has the same noise in any set.</summary>
    Inference,
}

/// <summary>How a fusion model is trained: AdamW over shuffled minibatches, as published.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training rows. Default: 30, as published (50 for three-class BRSET and the alignment sweep).</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Rows in a minibatch. Default: 64, as published. A last minibatch of one row joins the one before it: BatchNorm has no variance of one
    /// row.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The optimiser. Default: AdamW, as published.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>The optimiser's step size. Default: 1e-3, as published.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The optimiser's weight decay, on every parameter. Default: 1e-2, as published (PyTorch's default).</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>
    /// σ of the Gaussian noise added to every training value before the shift; a row's noise is about σ√D long.
    /// Default: 0, the published code, which has no noise although the paper's text has.
    /// </summary>
    public double Sigma { get; init; }

    /// <summary>When the noise is drawn. Default: fresh for every minibatch of training rows.</summary>
    public NoiseKind Noise { get; init; } = NoiseKind.Fresh;

    /// <summary>The form of the weighted loss. Default: published.</summary>
    public LossKind Loss { get; init; } = LossKind.Published;

    /// <summary>Stops after this many epochs without a better macro-F1 on the selection rows. Default: null, never, as published.</summary>
    public int? PatienceEpochs { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">One is out of range.</exception>
    public void Validate()
    {
        Require(Epochs >= 1, "epochs", Epochs, "at least 1");
        Require(BatchSize >= 2, "batch", BatchSize, "at least 2, because BatchNorm has no variance of one row");
        Require(BatchSize <= 1 << 24, "batch", BatchSize, "at most 16777216");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learning rate", LearningRate, "a positive number");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), "weight decay", WeightDecay, "at least 0");
        Require(Sigma >= 0 && double.IsFinite(Sigma), "sigma", Sigma, "at least 0");
        Require(Enum.IsDefined(Optimizer), "optimizer", (int)Optimizer, "AdamW or Adam");
        Require(Enum.IsDefined(Noise), "noise", (int)Noise, "fresh, frozen or inference");
        Require(PatienceEpochs is null or >= 1, "patience", PatienceEpochs ?? 0, "at least 1");
    }

    /// <summary>The optimiser's numbers.</summary>
    internal AdamWOptions OptimizerOptions() => new(LearningRate, WeightDecay, Coupled: Optimizer == OptimizerKind.Adam);

    /// <summary>The noise of rows that are predicted: the stream <c>noise/inference</c>; null where they stay clean.</summary>
    internal GaussianNoise? NoiseAtInference(RandomStreams random) =>
        Noise == NoiseKind.Inference && Sigma > 0 ? new(Sigma, random.Derive("noise/inference")) : null;

    private static void Require(bool valid, string name, double value, string expected)
    {
        if (!valid)
        {
            throw new InputException(FormattableString.Invariant($"{name}: {value}; expected {expected}."));
        }
    }
}
