using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>
/// What each leak is worth: the published protocol, each correction alone, and all corrections one after another. Every seed is one run of the
/// whole protocol, its choices of epoch and λ included; scores are means over seeds. Models share initialisation and order of minibatches
/// from step to step.
/// </summary>
public static class LeakLadder
{
    /// <summary>The shifts that λ is chosen from, in every step: coarser than the paper's 21, of which the best of the test rows gains
    /// more.</summary>
    public static IReadOnlyList<double> Lambdas { get; } = [-1, -0.5, 0, 0.5, 1];

    /// <summary>Runs of the whole protocol, averaged.</summary>
    public const int Seeds = 2;

    /// <summary>Path of the table of a run.</summary>
    /// <param name="run">The run.</param>
    public static string TablePath(Reproduction run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Path.Combine(run.Folder, "tables", "leaks.csv");
    }

    /// <summary>
    /// All tasks of a run on its last encoder pair (in the demo the one in the place of DINOv2 + LLaMA-2, the paper's first), early and late
    /// fusion; written as <see cref="TablePath"/>. The other pairs would take as long again.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <returns>Results in the order of tasks, fusion, <see cref="LeakStep.All"/>.</returns>
    public static IReadOnlyList<LeakResult> Run(Reproduction run)
    {
        ArgumentNullException.ThrowIfNull(run);
        LeakResult[] results = [.. from task in run.Plan.Tasks from result in Run(run, task, run.Plan.Encoders[^1]) select result];
        LeakResult.Columns.ToTable(results).Write(TablePath(run));
        return results;
    }

    /// <summary>One task and encoder pair. What was trained before is read, from <c>tables/leaks/</c>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    public static IReadOnlyList<LeakResult> Run(Reproduction run, ReproductionTask task, EncoderPair encoder)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(encoder);
        var trained = new Dictionary<Leaks, LeakSweep>();
        foreach (var open in LeakStep.All.Select(s => Trained(s.Open)).Distinct())
        {
            trained[open] = Train(run, task, encoder, open);
        }

        return
        [
            .. from fusion in (string[])["early", "late"]
               let runs = LeakStep.All.Select(step => trained[Trained(step.Open)].Choose(step.Open, fusion)).ToArray()
               let intervals = LeakIntervals.Of(runs, run.Random.Create($"leaks/{task.Name}/{encoder.Name}/{fusion}"))
               from i in Enumerable.Range(0, runs.Length)
               select Result(task, encoder, fusion, i, runs, intervals),
        ];
    }

    /// <summary>The leaks that matter to training; the others matter to what is read from it.</summary>
    private static Leaks Trained(Leaks open) => open & ~(Leaks.Lambda | Leaks.Auc);

    private static LeakSweep Train(Reproduction run, ReproductionTask task, EncoderPair encoder, Leaks open)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        var pairs = run.Embeddings(task.Dataset, encoder, open.HasFlag(Leaks.Text) ? Protocol.Published : Protocol.LeakFree);
        var set = Rows(pairs, task.Label, open, run.Random);
        var name = open == Leaks.None ? "none" : open.ToString().ToLowerInvariant().Replace(", ", "+", StringComparison.Ordinal);
        var path = Path.Combine(run.Folder, "tables", "leaks", $"{task.Name}.{encoder.Name}.{name}.csv");
        SweepFile.Run(path, set, new()
        {
            Labels = [task.Label],
            Lambdas = Lambdas,
            Fusions = [FusionKind.Early, FusionKind.Late],
            Seeds = Seeds,
            Trainer = new() { Epochs = task.Epochs },
            Protocol = open == Leaks.None ? Protocol.LeakFree : Protocol.Published,
            Leaks = new()
            {
                PublishedSplit = open.HasFlag(Leaks.Split),
                GapOnAllRows = open.HasFlag(Leaks.Gap),
                SelectEpochOnTest = open.HasFlag(Leaks.Epoch),
            },
            Dataset = task.Name,
            Encoder = encoder.Name,
            Threads = run.Threads,
        }, run.Random, run.Progress, run.Cancellation);
        return new(TextTable.Read(path), SweepPredictions.Read(SweepPredictions.PathFor(path)), set.RowsOf(Split.Train).Length);
    }

    /// <summary>
    /// The rows with the split in force written into both split columns, so that a step with validation rows has them also where the test rows
    /// choose. Where the epoch may be chosen on test rows, none are drawn: that is how none are set aside.
    /// </summary>
    private static EmbeddingSet Rows(EmbeddingSet pairs, string label, Leaks open, RandomStreams random)
    {
        var rules = new LeakOptions { PublishedSplit = open.HasFlag(Leaks.Split), SelectEpochOnTest = open.HasFlag(Leaks.NoValidation) };
        var set = SplitAssignment.Assign(pairs, [label], rules, random).Set;
        return set.With(set.Table.With(LabelledDataset.PublishedSplitColumn, set.Table[LabelledDataset.SplitColumn]));
    }

    private static LeakResult Result(
        ReproductionTask task, EncoderPair encoder, string fusion, int index, LeakRun[] runs,
        IReadOnlyList<(BootstrapInterval? Score, BootstrapInterval? Change)> intervals)
    {
        var (step, run) = (LeakStep.All[index], runs[index]);
        return new()
        {
            Task = task.Name,
            Encoder = encoder.Name,
            Fusion = fusion,
            Step = step,
            TrainRows = run.TrainRows,
            TestRows = run.Predictions[0].Count,
            TestGroups = run.Groups.Distinct(StringComparer.Ordinal).Count(),
            Accuracy = run.Rows.Average(r => r.Accuracy),
            MacroF1 = run.MacroF1,
            Interval = intervals[index].Score,
            Auc = run.Auc(step.Open.HasFlag(Leaks.Auc)),
            Lambda = run.Rows.Average(r => r.Lambda!.Value),
            Epoch = run.Rows.Average(r => r.Epoch),
            Seeds = run.Rows.Count,
            Change = step.From is { } from ? run.MacroF1 - runs[from].MacroF1 : 0,
            ChangeInterval = intervals[index].Change,
        };
    }
}
