using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;

namespace EmbedKit.Experiments;

/// <summary>The models of one training under some leaks, of which a rule takes one a seed.</summary>
/// <param name="Table">The sweep.</param>
/// <param name="Predictions">What its models said.</param>
/// <param name="TrainRows">Rows they learned from.</param>
internal sealed record LeakSweep(TextTable Table, SweepPredictions Predictions, int TrainRows)
{
    /// <summary>Each seed's model at the λ that the test rows choose, or, with that leak closed, the validation rows.</summary>
    internal LeakRun Choose(Leaks open, string fusion)
    {
        var rows = SweepRow.OfTable(Table);
        var choosing = open.HasFlag(Leaks.Lambda) ? "test" : "val";
        SweepRow[] chosen =
        [
            .. from seed in rows.Select(r => r.Seed).Distinct().Order()
               let own = Table.Select([.. Enumerable.Range(0, rows.Count).Where(r => rows[r].Seed == seed)])
               let lambda = LambdaChoice.Of(own, fusion, choosing).Lambda
               select rows.Single(r => r.Seed == seed && r.Fusion == fusion && r.Split == Split.Test && r.Lambda == lambda),
        ];
        return new(chosen, [.. chosen.Select(r => Predictions.Of(r.Model, Split.Test))], TrainRows);
    }
}

/// <summary>One model a seed, on the same test rows.</summary>
/// <param name="Rows">Their scores.</param>
/// <param name="Predictions">Row by row.</param>
/// <param name="TrainRows">Rows they learned from.</param>
internal sealed record LeakRun(IReadOnlyList<SweepRow> Rows, IReadOnlyList<Predictions> Predictions, int TrainRows)
{
    /// <summary>Mean over seeds.</summary>
    internal double MacroF1 { get; } = Rows.Average(r => r.MacroF1);

    /// <summary>The group of each test row; its id where there are none.</summary>
    internal IReadOnlyList<string> Groups { get; } = Predictions[0].Groups ?? Predictions[0].Ids;

    /// <summary>Mean over seeds, as published (of one-hot predictions; several classes only) or from scores; null where no seed has one.</summary>
    internal double? Auc(bool published)
    {
        var values = published && Predictions[0].Task == TaskKind.Multiclass ? Predictions.Select(p => Metrics.Compute(p).PublishedArgmaxAuc)
            : Rows.Select(r => r.Auc);
        return values.Average();
    }

    /// <summary>Mean macro-F1 over seeds on some of the test rows.</summary>
    internal double MacroF1On(ReadOnlySpan<int> rows)
    {
        double sum = 0;
        foreach (var p in Predictions)
        {
            sum += ConfusionMatrix.Count(p.RequireTrue(), p.Predicted, p.Classes.Count, rows).MacroF1;
        }

        return sum / Predictions.Count;
    }
}
