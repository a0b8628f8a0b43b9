using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>Aligners one after another, each learning from the training rows as the ones before it leave them.</summary>
/// <param name="name">Its name in result tables.</param>
/// <param name="steps">One or more.</param>
internal sealed class Sequence(string name, params IReadOnlyList<IAligner> steps) : IAligner
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IFittedAligner Fit(TrainingSet training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var fitted = new List<IFittedAligner>();
        foreach (var step in steps)
        {
            fitted.Add(step.Fit(training));
            var moved = fitted[^1].Transform(training.Rows);
            training = training.With(moved.Image, moved.Text);
        }

        return new Fitted(fitted);
    }

    private sealed class Fitted(IReadOnlyList<IFittedAligner> steps) : IFittedAligner
    {
        /// <remarks>Noise asked for from outside comes where it comes for any aligner: before the first step acts.</remarks>
        public EmbeddingSet Transform(EmbeddingSet set, GaussianNoise? noise = null) =>
            steps.Skip(1).Aggregate(steps[0].Transform(set, noise), (rows, step) => step.Transform(rows));
    }
}
