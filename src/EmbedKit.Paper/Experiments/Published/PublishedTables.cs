using EmbedKit.Data;

namespace EmbedKit.Experiments;

/// <summary>Published numbers as tables, for data frames; every row carries its source.</summary>
public static class PublishedTables
{
    private static readonly Columns<PublishedResult> Results = new Columns<PublishedResult>("published results")
        .Text("dataset", r => r.DataSet).Text("representation", r => r.Representation).Text("fusion", r => r.Fusion)
        .Number("best_f1_macro", r => r.BestMacroF1).Number("best_accuracy", r => r.BestAccuracy).Number("last_f1_macro", r => r.LastMacroF1)
        .Number("last_accuracy", r => r.LastAccuracy).Number("epochs", r => r.Epochs).Number("train_seconds", r => r.TrainSeconds)
        .Number("inference_seconds", r => r.InferenceSeconds).Number("parameters", r => r.Parameters).Number("n_test", r => r.TestRows)
        .Text("source", r => r.Source);

    private static readonly Columns<PublishedMemorySizes> Sizes = new Columns<PublishedMemorySizes>("published sizes")
        .Text("dataset", s => s.DataSet).Text("representation", s => s.Representation).Text("fusion", s => s.Fusion).Number("batch", s => s.BatchSize)
        .Number("train_mib_per_batch", s => s.TrainPerBatch).Number("train_mib_per_epoch", s => s.TrainPerEpoch)
        .Number("test_mib_per_batch", s => s.TestPerBatch).Number("test_mib_per_epoch", s => s.TestPerEpoch).Number("model_mib", s => s.Model)
        .Text("source", s => s.Source);

    private static readonly Columns<(PublishedCurve Curve, PublishedPoint At)> Points = new Columns<(PublishedCurve Curve, PublishedPoint At)>(
        "published curves")
        .Text("dataset", p => p.Curve.DataSet).Text("encoder", p => p.Curve.Encoder).Text("fusion", p => p.Curve.Fusion)
        .Text("metric", p => p.Curve.Metric)
        .Number("lambda", p => p.At.Lambda).Number("value", p => p.At.Value).Number("standard_deviation", p => p.At.StandardDeviation)
        .Number("runs", p => p.At.Runs)
        .Text("stale", p => p.Curve.Stale).Text("note", p => p.Curve.Note).Text("source", p => p.Curve.Source);

    /// <summary>Training runs, a row each.</summary>
    /// <param name="results">E.g. <see cref="PublishedNumbers.Results"/>.</param>
    public static TextTable ToTable(this IReadOnlyList<PublishedResult> results) => Results.ToTable(results);

    /// <summary>Sizes in MiB, a row each.</summary>
    /// <param name="sizes">E.g. <see cref="PublishedNumbers.Memory"/>.</param>
    public static TextTable ToTable(this IReadOnlyList<PublishedMemorySizes> sizes) => Sizes.ToTable(sizes);

    /// <summary>Curves against λ, a row a point.</summary>
    /// <param name="curves">E.g. <see cref="PublishedNumbers.AlignmentCurves"/>.</param>
    public static TextTable ToTable(this IReadOnlyList<PublishedCurve> curves) =>
        Points.ToTable([.. curves.SelectMany(c => c.Points, (curve, point) => (curve, point))]);
}
