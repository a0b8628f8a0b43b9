using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>The paper's claims three ways: as published, rerun by the published protocol, and without its leaks.</summary>
public static class Comparison
{
    /// <summary>Macro-F1 at λ = 0 of image only, text only, early and late fusion.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="results">Results of this run; others than the task's and the pair's are ignored.</param>
    /// <param name="published">The published numbers: best epoch on the test set.</param>
    public static IReadOnlyList<ComparisonRow> Scores(
        ReproductionTask task, EncoderPair encoder, IReadOnlyList<FusionResult> results, PublishedNumbers published)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(published);
        return [.. ((string[])["image", "text", "early", "late"]).Select(model =>
        {
            var fusion = model is "early" or "late";
            var paper = fusion && task.PaperDataset is { } name ? published.Result(name, encoder.TextModel is null ? "clip" : "embeddings", model)
                : null;
            ComparisonNumber? Ours(Protocol protocol) => Find(results, task, encoder, protocol, model)?.Score;
            return new ComparisonRow(
                $"{task.Title}, {model} {(fusion ? "fusion" : "only")}",
                paper?.BestMacroF1 is { } f1 ? new(f1, ComparisonUnit.Score) { DataSet = task.PaperDataset, Source = paper.Source }
                    : null, Ours(Protocol.Published), Ours(Protocol.LeakFree));
        })];
    }

    /// <summary>
    /// What alignment gains in macro-F1, early and late: the chosen λ against λ = 0. Published and reproduced take the best λ of the grid on
    /// the test rows, which cannot lose, even when λ does nothing; leak-free chooses on validation rows.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="results">Results of this run; others than the task's and the pair's are ignored.</param>
    /// <param name="published">The published curves.</param>
    public static IReadOnlyList<ComparisonRow> Gains(
        ReproductionTask task, EncoderPair encoder, IReadOnlyList<FusionResult> results, PublishedNumbers published)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(published);
        return [.. ((string[])["early", "late"]).Select(fusion =>
        {
            ComparisonNumber? Gain(Protocol protocol) =>
                Find(results, task, encoder, protocol, fusion) is { } plain
                && Find(results, task, encoder, protocol, fusion + " aligned") is { } aligned
                    ? new(aligned.MacroF1 - plain.MacroF1, ComparisonUnit.Points) { Lambda = aligned.Lambda }
                    : null;
            var curve = PublishedCurve(task, encoder, fusion, published);
            var best = curve?.Points.MaxBy(p => p.Value);
            return new ComparisonRow(
                $"{task.Title}, {encoder.Name}, {fusion}",
                curve is null ? null : new(best!.Value - curve.Points.First(p => p.Lambda == 0).Value, ComparisonUnit.Points)
                {
                    Lambda = best.Lambda,
                    DataSet = task.PaperDataset,
                    Source = curve.Source,
                },
                Gain(Protocol.Published), Gain(Protocol.LeakFree));
        })];
    }

    /// <summary>The published macro-F1 curve of the paper's data set and models in this place, with a point at λ = 0; null when there is
    /// none.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="fusion">early or late.</param>
    /// <param name="published">The published curves.</param>
    public static PublishedCurve? PublishedCurve(ReproductionTask task, EncoderPair encoder, string fusion, PublishedNumbers published)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(published);
        return task.PaperDataset is null ? null : published
            .AlignmentCurves(task.PaperDataset, encoder.TextModel is null ? "clip" : "dinov2+llama2 interpolated", fusion, "f1_macro")
            .FirstOrDefault(c => c.Points.Any(p => p.Lambda == 0));
    }

    /// <summary>The lines as a table with the columns published, reproduced, leak-free and source (of the published number).</summary>
    /// <param name="rows">The lines.</param>
    /// <param name="what">Heading of the first column.</param>
    public static TextTable ToTable(IReadOnlyList<ComparisonRow> rows, string what = "macro-F1 on test rows")
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new([what, "published", "reproduced", "leak-free", "source"],
        [
            [.. rows.Select(r => r.What)], [.. rows.Select(r => r.InWords.Published)], [.. rows.Select(r => r.InWords.Reproduced)],
            [.. rows.Select(r => r.InWords.LeakFree)], [.. rows.Select(r => r.Published?.Source ?? "")],
        ], "comparison");
    }

    private static FusionResult? Find(
        IReadOnlyList<FusionResult> results, ReproductionTask task, EncoderPair encoder, Protocol protocol, string model) =>
        results.SingleOrDefault(r => r.Dataset == task.Name && r.Encoder == encoder.Name && r.Protocol == protocol.Text() && r.Model == model);
}
