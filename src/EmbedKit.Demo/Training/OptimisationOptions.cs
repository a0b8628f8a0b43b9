namespace EmbedKit.Demo.Training;

/// <summary>How weights are learned: AdamW (Loshchilov and Hutter 2019), a linear warm-up, then half a cosine down to a hundredth.</summary>
internal sealed record OptimisationOptions
{
    /// <summary>Steps in all.</summary>
    internal required int Steps { get; init; }

    /// <summary>Rows a step.</summary>
    internal required int Batch { get; init; }

    /// <summary>Highest learning rate. Default 1e-3.</summary>
    internal double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay of matrices; biases, norms and other vectors are left alone. Default 0.05.</summary>
    internal double WeightDecay { get; init; } = 0.05;

    /// <summary>Share of the steps in which the rate rises. Default 0.1.</summary>
    internal double WarmUp { get; init; } = 0.1;

    /// <summary>Gradients longer than this are shortened to it. Default 1.</summary>
    internal double MaxGradientNorm { get; init; } = 1;

    /// <summary>Share of <see cref="LearningRate"/> at a step.</summary>
    internal double Schedule(int step)
    {
        var rise = Math.Max(1, WarmUp * Steps);
        return step < rise ? (step + 1) / rise : 0.01 + (0.99 * 0.5 * (1 + Math.Cos(Math.PI * (step - rise) / Math.Max(1, Steps - rise))));
    }
}
