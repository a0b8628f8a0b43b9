using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>What a run trains to compare early and late fusion with the single modalities, and the table it becomes.</summary>
public static class FusionRuns
{
    /// <summary>Path of the fusion table.</summary>
    /// <param name="run">The run.</param>
    internal static string FusionPath(this Reproduction run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Path.Combine(run.Folder, "tables", "fusion.csv");
    }

    /// <summary>The single modalities of a task, not shifted: a sweep of image and text at λ = 0.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public static TextTable SingleModalities(
        this Reproduction run, ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Train("single", task, encoder, protocol, o => o with { Fusions = [FusionKind.Image, FusionKind.Text], Lambdas = [0] });
    }

    /// <summary>
    /// The control of fusion, leak-free: early and late at λ = 0 on pairs whose text belongs to another row of the same split. What is left
    /// above the image alone then comes from the larger model, not from the pair.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    public static TextTable ShuffledPairs(this Reproduction run, ReproductionTask task, EncoderPair encoder)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Train(
            "shuffled", task, encoder, Protocol.LeakFree, o => o with { Lambdas = [0] }, set => Shuffle(set, run.Random.Create("shuffled pairs")));
    }

    /// <summary>Every model of one task and encoder pair under both protocols, reduced: the lines of the fusion table that are theirs.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    public static IReadOnlyList<FusionResult> Results(this Reproduction run, ReproductionTask task, EncoderPair encoder) =>
    [
        .. from protocol in Enum.GetValues<Protocol>()
           from result in FusionTable.Reduce(run.SingleModalities(task, encoder, protocol))
               .Concat(FusionTable.Reduce(run.Sweep(task, encoder, protocol)))
           select result,
        .. FusionTable.Reduce(run.ShuffledPairs(task, encoder)).Where(r => r.Model is "early" or "late")
            .Select(r => r with { Model = r.Model + " shuffled" }),
    ];

    /// <summary>Every model of every task, encoder and protocol, reduced to the fusion table; written as <see cref="FusionPath"/>.</summary>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<FusionResult> Fusion(this Reproduction run)
    {
        ArgumentNullException.ThrowIfNull(run);
        FusionResult[] results =
            [.. from task in run.Plan.Tasks from encoder in run.Plan.Encoders from result in run.Results(task, encoder) select result];
        FusionTable.Columns.ToTable(results).Write(run.FusionPath());
        return results;
    }

    /// <summary>Gives each row the text of a random row of its own split, so that no text crosses from test to training.</summary>
    private static EmbeddingSet Shuffle(EmbeddingSet set, SeededRandom random)
    {
        var from = new int[set.Count];
        foreach (var split in Enum.GetValues<Split>())
        {
            var rows = set.RowsOf(split);
            var texts = rows.ToArray();
            random.Shuffle(texts);
            for (var i = 0; i < rows.Length; i++)
            {
                from[rows[i]] = texts[i];
            }
        }

        return set.With(set.RequireImage(), set.RequireText().Select(from));
    }
}
