using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>
/// The models of a sweep that differ in seed and fold alone, seen as one: on any rows they have one macro-F1, the mean over seeds, each
/// seed's folds pooled. So a draw of rows moves all seeds together, and seeds never pass for patients.
/// </summary>
internal sealed class SweepRepeats
{
    private readonly SweepPredictions _predictions;
    private readonly Split _split;
    private readonly int _width;
    private readonly Dictionary<SweepModel, int[][]> _known = [];

    /// <param name="predictions">Of one sweep.</param>
    /// <param name="split">Which rows.</param>
    internal SweepRepeats(SweepPredictions predictions, Split split)
    {
        (_predictions, _split) = (predictions, split);
        var measured = predictions.All.Where(m => m.Split == split).Select(m => m.Model).ToArray();
        if (measured.Length == 0)
        {
            throw new InputException(
                $"predictions: no '{split.Text()}' rows; there are {string.Join(", ", predictions.All.Select(m => m.Split.Text()).Distinct())}.");
        }

        Candidates = [.. measured.Select(m => m with { Seed = 0, Fold = 0 }).Distinct()];
        Seeds = [.. measured.Select(m => m.Seed).Distinct().Order()];
        Folds = [.. measured.Select(m => m.Fold).Distinct().Order()];
        Predictions[] folds = [.. Folds.Select(f => predictions.Of(measured.First(m => m.Fold == f), split))];
        _width = predictions.Task == TaskKind.Multilabel ? predictions.Classes.Count : 1;
        True = [.. folds.SelectMany(f => f.RequireTrue())];
        Groups = [.. folds.SelectMany(f => f.Groups ?? f.Ids)];
        Grouped = folds[0].Groups is not null;
        DistinctIds = folds.SelectMany(f => f.Ids).Distinct(StringComparer.Ordinal).Count();
        FoldSizes = [.. folds.Select(f => f.Count)];
        All = [.. Enumerable.Range(0, Groups.Length)];
    }

    /// <summary>The models, seed and fold set to 0.</summary>
    internal IReadOnlyList<SweepModel> Candidates { get; }

    internal IReadOnlyList<int> Seeds { get; }

    internal IReadOnlyList<int> Folds { get; }

    /// <summary>Rows of each fold.</summary>
    internal IReadOnlyList<int> FoldSizes { get; }

    /// <summary>Row numbers over all folds.</summary>
    internal int[] All { get; }

    /// <summary>Groups of the rows; the ids where there are none, so that a row that comes again in another fold is no second patient.</summary>
    internal string[] Groups { get; }

    private bool Grouped { get; }

    /// <summary>Rows, each counted once however many folds it is in.</summary>
    internal int DistinctIds { get; }

    /// <summary>How many groups there are; null where none are known.</summary>
    internal int? GroupCount => Grouped ? Groups.Distinct(StringComparer.Ordinal).Count() : null;

    /// <summary>Whether there are two groups or more: one alone is the same in every draw, and its interval holds everything.</summary>
    internal bool CanDraw => Groups.Any(g => g != Groups[0]);

    private int[] True { get; }

    /// <summary>What the models of a grid of λ that holds 0 have in common: one for each fusion, hidden width, aligner and σ, λ set to 0.</summary>
    internal IEnumerable<SweepModel> Settings() => Candidates.Where(c => c.Lambda == 0);

    /// <summary>The grid of a setting, ascending.</summary>
    internal IEnumerable<double> LambdasOf(SweepModel setting) =>
        Candidates.Where(c => c.Lambda is not null && c with { Lambda = 0 } == setting).Select(c => c.Lambda!.Value).Order();

    /// <summary>Row numbers of one fold.</summary>
    /// <param name="fold">Its place in <see cref="Folds"/>.</param>
    internal int[] RowsOf(int fold) => [.. Enumerable.Range(FoldSizes.Take(fold).Sum(), FoldSizes[fold])];

    /// <summary>What each seed predicts for all rows, folds one after another.</summary>
    internal int[][] Predicted(SweepModel candidate) =>
        _known.TryGetValue(candidate, out var known) ? known : _known[candidate] = Predicted([.. Folds.Select(_ => candidate)]);

    /// <summary>The same where each fold has a candidate of its own.</summary>
    internal int[][] Predicted(IReadOnlyList<SweepModel> candidates) => [.. Seeds.Select(seed => (int[])[.. Folds.SelectMany((fold, i) =>
        _predictions.Of(candidates[i] with { Seed = seed, Fold = fold }, _split).Predicted)])];

    /// <summary>Macro-F1 of each seed on some rows, 0–1.</summary>
    internal double[] MacroF1(int[][] predicted, int[] rows) => [.. predicted.Select(p => MacroF1(p, rows))];

    private double MacroF1(int[] predicted, int[] rows)
    {
        var classes = _predictions.Classes.Count;
        if (_width == 1)
        {
            return ConfusionMatrix.Count(True, predicted, classes, rows).MacroF1;
        }

        int[] Column(int[] values, int label) => [.. rows.Select(r => values[(r * classes) + label])];
        return Enumerable.Range(0, classes).Average(c => ConfusionMatrix.Count(Column(True, c), Column(predicted, c), 2).F1(1));
    }
}
