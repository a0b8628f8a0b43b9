using EmbedKit.Charts;
using EmbedKit.Protocols;
using EmbedKit.Report;

namespace EmbedKit.Experiments;

/// <summary>F1 against λ, and what alignment gains under either protocol.</summary>
/// <param name="run">The run.</param>
/// <param name="published">The published numbers.</param>
/// <param name="fusion">Measured before.</param>
/// <param name="verdict">Measured before the page is written: the curves.</param>
internal sealed class AlignmentExperiment(Reproduction run, PublishedNumbers published, FusionExperiment fusion, VerdictExperiment verdict)
    : Experiment
{
    /// <inheritdoc/>
    public override string Name => "alignment";

    /// <summary>Nothing: sweeps are measured with fusion, curves with the verdicts.</summary>
    public override void Measure()
    {
    }

    /// <summary>Scores and gains, of what fusion and the verdicts measured.</summary>
    public override string Summary => ResultsSummary.Of(run.Plan, run.Random.RootSeed, fusion.Results, verdict.Chosen).ToMarkdown();

    /// <inheritdoc/>
    public override IEnumerable<ReportSection> Sections() => [new()
    {
        Id = "alignment",
        Title = "Alignment: F1 against λ",
        Question = "Does shifting both modalities toward each other along the modality gap improve the classifier?",
        Claims = [new(
            "Alignment improves the fusion classifiers, by up to 6.5 points of F1.", $"{PublishedNumbers.Paper}, results on embedding alignment")],
        Figures =
        [
            .. from c in verdict.Curves
               from figure in (ReportFigure[])[Band(c.Task, c.Encoder, c.Curves), Scores(c.Task, c.Encoder)]
               select figure,
        ],
        Findings = [AlignmentFindings.Choices([.. from task in run.Plan.Tasks
                                                  from encoder in run.Plan.Encoders
                                                  let sweep = run.Sweep(task, encoder)
                                                  from model in (string[])["early", "late"]
                                                  select (LambdaChoice.Of(sweep, model, "test"), LambdaChoice.Of(sweep, model, "val"))])],
        Comparisons = [new(
            "Gain of alignment in macro-F1: λ chosen against λ = 0. Published and reproduced take the best of the grid on the test rows, which "
                + "cannot lose, even when λ does nothing; leak-free chooses on validation rows",
            [.. from task in run.Plan.Tasks
                from encoder in run.Plan.Encoders
                from row in Comparison.Gains(task, encoder, fusion.Results, published)
                select row])],
        Files = [.. from task in run.Plan.Tasks
                    from encoder in run.Plan.Encoders
                    from protocol in (Protocol[])[Protocol.LeakFree, Protocol.Published]
                    from kind in (string[])["sweep", "single"]
                    let path = run.Link(run.SweepPath(task, encoder, protocol, kind))
                    select new ReportLink(Path.GetFileName(path), path)],
    }];

    /// <summary>F1 against λ with its band and the nulls.</summary>
    private ReportFigure Band(ReproductionTask task, EncoderPair encoder, IReadOnlyList<LambdaCurve> curves) => new(
        FigureId("band", task, encoder),
        SweepBandChart.Create(
            curves, [.. SweepRuns.Nulls.Select(n => run.Null(task, encoder, n))], run.Plan.Provenance,
            $"{task.Title}, {encoder.Name}: F1 against λ"),
        "Leak-free: grouped split, gap from training rows, epoch chosen on validation rows. Band: 95 % interval from drawing whole groups of test "
            + "rows, all seeds in each draw; it does not tell two λ apart, which meet the same rows (next section does). Thin lines: a shift that "
            + "the next layer's bias can undo, and a shift of equal length in a random direction. Where both modalities have one width, the first "
            + "differs from the grey line at λ = 0 by rounding alone: that distance is what rounding does to these models "
            + "(src/EmbedKit/Fusion/README.md says why).");

    private ReportFigure Scores(ReproductionTask task, EncoderPair encoder) => new(
        FigureId("sweep", task, encoder),
        SweepChart.Create(
            run.Sweep(task, encoder), run.Plan.Provenance,
            new() { Metrics = ["accuracy", "auc_ovr"], Band = SweepBand.None, Title = $"{task.Title}, {encoder.Name}: accuracy and AUC" }),
        $"The same models: mean over {run.Plan.Seeds} initialisations.");
}
