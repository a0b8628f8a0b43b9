using EmbedKit.Data;
using EmbedKit.Protocols;

namespace EmbedKit.Experiments;

/// <summary>What a run trains and tests to tell whether a gain of λ is real.</summary>
public static class VerdictRuns
{
    /// <summary>Path of the table of verdicts.</summary>
    /// <param name="run">The run.</param>
    internal static string VerdictPath(this Reproduction run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Path.Combine(run.Folder, "tables", "verdict.csv");
    }

    /// <summary>
    /// The null of a published grid: as many models as it has λ, all at λ = 0, that differ in their seed alone, as the published runs do
    /// besides λ, since the published code sets no seed. The test rows choose the epoch, as published; texts and split are the leak-free ones,
    /// since a text that holds the label makes every model perfect.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    public static TextTable Reseeded(this Reproduction run, ReproductionTask task, EncoderPair encoder)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Train("reseeded", task, encoder, Protocol.LeakFree, options => options with
        {
            Lambdas = [0],
            Seeds = run.Plan.Lambdas.Count,
            Leaks = new() { SelectEpochOnTest = true },
        });
    }

    /// <summary>Whether alignment is shown to change the test score: every task, encoder and fusion, leak-free, corrected for all of them.</summary>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<AlignmentVerdict> Verdicts(this Reproduction run) => AlignmentVerdicts.Corrected(
        [.. run.EachPair((task, encoder, predictions) => AlignmentVerdicts.Of(predictions, run.Random, $"{task.Title}, {encoder.Name}"))
            .SelectMany(v => v.Result)]);
}
