using EmbedKit.Charts;
using EmbedKit.Report;
using EmbedKit.Experiments;
using EmbedKit.Protocols;

namespace EmbedKit.Cli.Reproduce;

/// <summary>F1 against λ, and what alignment gains under either protocol.</summary>
internal static class AlignmentSection
{
    internal static ReportSection Create(Reproduction run, VerdictSection.Evidence evidence, IReadOnlyList<FusionResult> results, PublishedNumbers published, string provenance) => new()
    {
        Id = "alignment",
        Title = "Alignment: F1 against λ",
        Question = "Does shifting both modalities toward each other along the modality gap improve the classifier?",
        Claims = [new("Alignment improves the fusion classifiers, by up to 6.5 points of F1.", $"{PublishedNumbers.Paper}, results on embedding alignment")],
        Figures =
        [
            .. from c in evidence.Curves
               from figure in (ReportFigure[])[VerdictSection.Figure(run, c.Task, c.Encoder, c.Curves, provenance), Scores(run, c.Task, c.Encoder, provenance)]
               select figure,
        ],
        Findings = [AlignmentFindings.Choices([.. from task in run.Plan.Tasks
                                                  from encoder in run.Plan.Encoders
                                                  let sweep = run.Sweep(task, encoder)
                                                  from fusion in (string[])["early", "late"]
                                                  select (LambdaChoice.Of(sweep, fusion, "test"), LambdaChoice.Of(sweep, fusion, "val"))])],
        Comparisons = [new("Gain of alignment in macro-F1: λ chosen against λ = 0. Published and reproduced take the best of the grid on the test rows, which cannot lose, even when λ does nothing; leak-free chooses on validation rows",
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

    private static ReportFigure Scores(Reproduction run, ReproductionTask task, EncoderPair encoder, string provenance) => new(
        Id("sweep", task, encoder),
        SweepChart.Create(run.Sweep(task, encoder), provenance, new() { Metrics = ["accuracy", "auc_ovr"], Band = SweepBand.None, Title = $"{task.Title}, {encoder.Name}: accuracy and AUC" }),
        $"The same models: mean over {run.Plan.Seeds} initialisations.");
}
