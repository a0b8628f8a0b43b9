using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// The gap shift whose λ is learned: one more parameter of a classifier on the shifted rows, from 0, by gradient descent on the training
/// loss, as in the code of arXiv 2603.17246 (<c>src/auto_alignment.py</c>; the paper itself was not read).
/// </summary>
/// <remarks>
/// There λ is trained with the fusion model and minibatches. Here, so that an aligner can learn it alone, the classifier is a linear early
/// fusion (softmax, or sigmoids for several labels, unweighted) and each of <see cref="Steps"/> Adam steps sees every training row.
/// </remarks>
/// <param name="options">How rows come into one space; λ in it is ignored.</param>
/// <param name="labels">One label column, or several of 0 and 1.</param>
internal sealed class LearnedLambda(ShiftOptions options, IReadOnlyList<string> labels) : IAligner
{
    /// <summary>Steps of gradient descent.</summary>
    public const int Steps = 100;

    private const double LearningRate = 0.05;

    /// <inheritdoc/>
    public string Name => "learned-lambda";

    /// <summary>Learns the gap and λ from training rows.</summary>
    /// <param name="training">Rows with both modalities and the label columns.</param>
    /// <exception cref="InputException">A modality or label column is missing, a row is zero, or there is one class only.</exception>
    public FittedShift Fit(TrainingSet training)
    {
        var shift = new GapShift(options with { Lambda = 0 }).Fit(training);
        var probe = new ShiftedProbe(shift.Prepare(training.Rows), shift.Vector, LabelEncoding.Fit(labels, training.Rows.Table));
        return shift.At(Descend(probe)[^1]);
    }

    IFittedAligner IAligner.Fit(TrainingSet training) => Fit(training);

    /// <summary>Adam (Kingma and Ba 2015) with its usual constants, from zero.</summary>
    /// <returns>The parameters of the probe; λ is the last.</returns>
    internal static double[] Descend(ShiftedProbe probe)
    {
        double[] parameters = new double[probe.ParameterCount], first = new double[probe.ParameterCount], second = new double[probe.ParameterCount];
        for (var step = 1; step <= Steps; step++)
        {
            var (_, gradient) = probe.LossAndGradient(parameters);
            AdamWStep<double>.Of(new(LearningRate, WeightDecay: 0), step).Update(parameters, gradient, first, second);
        }

        return parameters;
    }
}
