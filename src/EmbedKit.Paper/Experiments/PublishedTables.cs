using System.Globalization;
using EmbedKit.Data;

namespace EmbedKit.Experiments;

/// <summary>Published numbers as tables, for data frames; every row carries its source.</summary>
public static class PublishedTables
{
    /// <summary>Training runs, a row each.</summary>
    /// <param name="results">E.g. <see cref="PublishedNumbers.Results"/>.</param>
    public static TextTable ToTable(this IReadOnlyList<PublishedResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return TextTable.OfRows(
            [
                "dataset", "representation", "fusion", "best_f1_macro", "best_accuracy", "last_f1_macro", "last_accuracy", "epochs", "train_seconds", "inference_seconds", "parameters",
                "n_test", "source",
            ],
            results.Select(r => (string[])
            [
                r.DataSet, r.Representation, r.Fusion, Cell(r.BestMacroF1), Cell(r.BestAccuracy), Cell(r.LastMacroF1), Cell(r.LastAccuracy), Cell(r.Epochs), Cell(r.TrainSeconds),
                Cell(r.InferenceSeconds), Cell(r.Parameters), Cell(r.TestRows), r.Source,
            ]), "published results");
    }

    /// <summary>Sizes in MiB, a row each.</summary>
    /// <param name="sizes">E.g. <see cref="PublishedNumbers.Memory"/>.</param>
    public static TextTable ToTable(this IReadOnlyList<PublishedMemorySizes> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        return TextTable.OfRows(
            ["dataset", "representation", "fusion", "batch", "train_mib_per_batch", "train_mib_per_epoch", "test_mib_per_batch", "test_mib_per_epoch", "model_mib", "source"],
            sizes.Select(s => (string[])
            [
                s.DataSet, s.Representation, s.Fusion, Cell(s.BatchSize), Cell(s.TrainPerBatch), Cell(s.TrainPerEpoch), Cell(s.TestPerBatch), Cell(s.TestPerEpoch), Cell(s.Model), s.Source,
            ]), "published sizes");
    }

    /// <summary>Curves against λ, a row a point.</summary>
    /// <param name="curves">E.g. <see cref="PublishedNumbers.AlignmentCurves"/>.</param>
    public static TextTable ToTable(this IReadOnlyList<PublishedCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        return TextTable.OfRows(
            ["dataset", "encoder", "fusion", "metric", "lambda", "value", "standard_deviation", "runs", "stale", "note", "source"],
            curves.SelectMany(c => c.Points.Select(p => (string[])
                [c.DataSet, c.Encoder, c.Fusion, c.Metric, Cell(p.Lambda), Cell(p.Value), Cell(p.StandardDeviation), Cell(p.Runs), c.Stale ?? "", c.Note ?? "", c.Source])), "published curves");
    }

    /// <summary>In the shortest form that reads back the same; empty for none.</summary>
    private static string Cell(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
