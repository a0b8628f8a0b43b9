using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Sweep;

/// <summary>One model of a sweep: what tells it apart from the others, as written in <c>sweep.csv</c>.</summary>
/// <param name="Fusion"><c>early</c>, <c>late</c>, <c>image</c> or <c>text</c>.</param>
/// <param name="Hidden">Hidden widths, joined by <c>-</c>.</param>
/// <param name="Aligner">The aligner, by name.</param>
/// <param name="Lambda">λ; null for an aligner without.</param>
/// <param name="Sigma">σ of the noise on training rows.</param>
/// <param name="Seed">From 0.</param>
/// <param name="Fold">From 0.</param>
public readonly record struct SweepModel(string Fusion, string Hidden, string Aligner, double? Lambda, double Sigma, int Seed, int Fold);

/// <summary>
/// What every model of a sweep said about every row it was measured on: <c>NAME.predictions.parquet</c> beside <c>NAME.csv</c>. Rows and
/// truth are kept once a fold and split, so that many models cost little more than their predicted labels.
/// </summary>
public sealed class SweepPredictions
{
    private readonly Dictionary<(int Fold, Split Split), MeasuredRows> _rows;
    private readonly Dictionary<(SweepModel Model, Split Split), int[]> _predicted;

    internal SweepPredictions(
        TaskKind task, IReadOnlyList<string> classes, Dictionary<(int Fold, Split Split), MeasuredRows> rows,
        IEnumerable<(SweepModel Model, Split Split, int[] Predicted)> predicted)
    {
        (Task, Classes, _rows) = (task, classes, rows);
        _predicted = predicted.ToDictionary(p => (p.Model, p.Split), p => p.Predicted);
    }

    /// <summary>What kind of label was predicted.</summary>
    public TaskKind Task { get; }

    /// <summary>Class names, or label names, in the order of the training label list.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The models and the splits they were measured on, in the order of <c>sweep.csv</c>.</summary>
    public IEnumerable<(SweepModel Model, Split Split)> All => _predicted.Keys;

    /// <summary>Predicted and true labels, ids and groups of one model; there are no scores. Rows come in one order for all models of a
    /// fold.</summary>
    /// <param name="model">Which model.</param>
    /// <param name="split">Which rows.</param>
    /// <exception cref="InputException">There is no such model, or it was not measured on these rows.</exception>
    public Predictions Of(SweepModel model, Split split)
    {
        if (!_predicted.TryGetValue((model, split), out var predicted))
        {
            var near = All.Where(m => m.Split == split).Select(m => m.Model with { Seed = model.Seed, Fold = model.Fold }).Distinct().Take(3);
            throw new InputException(
                $"predictions: no model {model} measured on '{split.Text()}' rows; expected one of the sweep's, e.g. {string.Join("; ", near)}.");
        }

        var rows = _rows[(model.Fold, split)];
        return new(Task, Classes, rows.Ids, rows.True, predicted) { Groups = rows.Groups };
    }

    /// <summary>Reads what <see cref="SweepFile"/> wrote.</summary>
    /// <param name="path">A <c>.predictions.parquet</c> file.</param>
    /// <exception cref="InputException">It is no such file.</exception>
    public static SweepPredictions Read(string path) => SweepPredictionFile.Read(path);

    /// <summary>The path of the predictions that belong to a sweep table.</summary>
    /// <param name="sweep">E.g. <c>out/sweep.csv</c>.</param>
    public static string PathFor(string sweep) => Path.ChangeExtension(sweep, ".predictions.parquet");

    internal MeasuredRows RowsOf(int fold, Split split) => _rows[(fold, split)];

    internal int[] PredictedOf(SweepModel model, Split split) => _predicted[(model, split)];

    /// <summary>The rows of one split of one fold, and what is true of them.</summary>
    /// <param name="Ids">N.</param>
    /// <param name="Groups">N, or null.</param>
    /// <param name="True">In the form of <see cref="Predictions.True"/>.</param>
    internal sealed record MeasuredRows(string[] Ids, string[]? Groups, int[] True);
}
