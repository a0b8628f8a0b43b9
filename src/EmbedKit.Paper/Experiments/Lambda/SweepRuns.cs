using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;

namespace EmbedKit.Experiments;

/// <summary>The sweeps over λ of a run, the nulls beside them, and the curves that they give.</summary>
public static class SweepRuns
{
    /// <summary>The nulls of alignment by name: a shift without renormalising, which a bias can undo, and one of equal length in a random
    /// direction.</summary>
    public static IReadOnlyList<string> Nulls { get; } = ["no-renormalize", "random-direction"];

    /// <summary>The sweep of a task: early and late fusion over λ and seeds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public static TextTable Sweep(
        this Reproduction run, ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Train("sweep", task, encoder, protocol);
    }

    /// <summary>The sweep of a task with a null in the place of the shift, leak-free, over the plan's coarse grid; seeds, weights and minibatches as
    /// in <see cref="Sweep"/>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="aligner">One of <see cref="Nulls"/>.</param>
    public static TextTable Null(this Reproduction run, ReproductionTask task, EncoderPair encoder, string aligner)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Train(
            aligner, task, encoder, Protocol.LeakFree, options => options with { Lambdas = run.Plan.NullLambdas, Aligners = [aligner] });
    }

    /// <summary>What every model of a sweep said about every row.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public static SweepPredictions Predictions(
        this Reproduction run, ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree)
    {
        run.Sweep(task, encoder, protocol);
        return SweepPredictions.Read(SweepPredictions.PathFor(run.SweepPath(task, encoder, protocol)));
    }

    /// <summary>Macro-F1 of early and late fusion against λ on the test rows, with intervals over groups.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public static IReadOnlyList<LambdaCurve> Curves(
        this Reproduction run, ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree) =>
        LambdaCurve.Of(run.Predictions(task, encoder, protocol), run.Random);

    /// <summary>The leak-free curves of every task and encoder pair, as <see cref="Curves"/> gives them, computed side by side.</summary>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<(ReproductionTask Task, EncoderPair Encoder, IReadOnlyList<LambdaCurve> Curves)> AllCurves(this Reproduction run) =>
        run.EachPair((_, _, predictions) => LambdaCurve.Of(predictions, run.Random));

    /// <summary>Resampling for every task and encoder pair side by side; sweeps are trained and read before, one after another.</summary>
    internal static (ReproductionTask Task, EncoderPair Encoder, T Result)[] EachPair<T>(
        this Reproduction run, Func<ReproductionTask, EncoderPair, SweepPredictions, T> compute)
    {
        ArgumentNullException.ThrowIfNull(run);
        (ReproductionTask Task, EncoderPair Encoder, SweepPredictions Predictions)[] pairs =
            [.. from task in run.Plan.Tasks from encoder in run.Plan.Encoders select (task, encoder, run.Predictions(task, encoder))];
        return [.. pairs.AsParallel().AsOrdered().WithDegreeOfParallelism(run.Threads)
            .Select(p => (p.Task, p.Encoder, compute(p.Task, p.Encoder, p.Predictions)))];
    }
}
