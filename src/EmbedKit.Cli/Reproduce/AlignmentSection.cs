using EmbedKit.Charts;
using EmbedKit.Charts.Report;
using EmbedKit.Experiments;
using EmbedKit.Protocols;

namespace EmbedKit.Cli.Reproduce;

/// <summary>F1 against λ, and what alignment gains under either protocol.</summary>
internal static class AlignmentSection
{
    internal static ReportSection Create(Reproduction run, IReadOnlyList<FusionResult> results, PublishedNumbers published, string provenance) => new()
    {
        Id = "alignment",
        Title = "Alignment: F1 against λ",
        Question = "Does shifting both modalities toward each other along the modality gap improve the classifier?",
        Claims = [new("Alignment improves the fusion classifiers, by up to 6.5 points of F1.", $"{PublishedNumbers.Paper}, results on embedding alignment")],
        Figures =
        [
            .. from task in run.Plan.Tasks
               from encoder in run.Plan.Encoders
               select new ReportFigure(
                   Id("sweep", task, encoder),
                   SweepChart.Create(run.Sweep(task, encoder, Protocol.LeakFree), provenance, new()
                   {
                       Metrics = ["f1_macro", "accuracy", "auc_ovr"],
                       Title = $"{task.Dataset}, {encoder.Name}: scores against λ",
                   }),
                   $"Leak-free: grouped split, gap from training rows, epoch chosen on validation rows. The band is the spread over {run.Plan.Seeds} initialisations, not sampling error."),
        ],
        Findings = [.. run.Plan.Tasks.SelectMany(task => run.Plan.Encoders.Select(encoder => Finding(results, task, encoder)))],
        Comparisons = [new("Gain of alignment in macro-F1: λ chosen against λ = 0. Published and reproduced take the best of the grid on the test rows, which gains even when λ does nothing; leak-free chooses on validation rows",
            [.. from task in run.Plan.Tasks
                from encoder in run.Plan.Encoders
                from row in Comparison.Gains(task, encoder, results, published)
                select row])],
        Files = [.. from task in run.Plan.Tasks
                    from encoder in run.Plan.Encoders
                    from protocol in (Protocol[])[Protocol.LeakFree, Protocol.Published]
                    from kind in (string[])["sweep", "single"]
                    let path = run.Link(run.SweepPath(task, encoder, protocol, kind))
                    select new ReportLink(Path.GetFileName(path), path)],
    };

    internal static string Id(string kind, ReproductionTask task, EncoderPair encoder) =>
        $"{kind}-{task.Name}-{encoder.Name}".Replace('.', '-').Replace('_', '-').Replace('+', '-');

    private static string Finding(IReadOnlyList<FusionResult> results, ReproductionTask task, EncoderPair encoder)
    {
        var parts = ((string[])["early", "late"]).Select(fusion =>
        {
            var (plain, aligned) = Pair(results, task, encoder, fusion, Protocol.LeakFree);
            return plain is null || aligned is null
                ? $"{fusion}: not run"
                : aligned.Lambda == 0
                    ? $"{fusion}: validation rows prefer λ = 0"
                    : $"{fusion}: λ = {ScoreText.Lambda(aligned.Lambda)} changes the test macro-F1 by {ScoreText.Points(aligned.MacroF1 - plain.MacroF1)}, "
                      + $"{(aligned.Lowest > plain.Highest ? "above every run at λ = 0" : aligned.Highest < plain.Lowest ? "below every run at λ = 0" : "within the spread over seeds")}";
        });
        return $"{task.Dataset}, {encoder.Name}, leak-free: {string.Join("; ", parts)}.";
    }

    private static (FusionResult? Plain, FusionResult? Aligned) Pair(
        IReadOnlyList<FusionResult> results, ReproductionTask task, EncoderPair encoder, string fusion, Protocol protocol)
    {
        FusionResult? Find(string model) =>
            results.SingleOrDefault(r => r.Dataset == task.Name && r.Encoder == encoder.Name && r.Protocol == protocol.Text() && r.Model == model);
        return (Find(fusion), Find(fusion + " aligned"));
    }
}
