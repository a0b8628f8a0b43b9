using EmbedKit.Charts;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What each leak of the published protocol is worth, step by step.</summary>
/// <param name="run">The run.</param>
/// <param name="published">The published numbers.</param>
internal sealed class LeakExperiment(Reproduction run, PublishedNumbers published) : Experiment
{
    private const string HowToRead =
        "From the published protocol to the leak-free one, a correction a line, in the order in which data meet them: what a row says (text) and "
        + "where it lies (split), what is fitted before training (gap), what is chosen in training (epoch) and after it (λ). Steps interact, so "
        + "another order gives other sizes; the diamond is the same correction alone, applied to the published protocol. The leak-free text is "
        + "another text, not the published one with words struck out, so that step can rise. "
        + "“Validation set aside” closes no leak: it is the price of training on fewer rows. The grouped split has other test rows than the split "
        + "by image, so that step compares two samples.";

    private IReadOnlyList<LeakResult> _results = [];

    /// <inheritdoc/>
    public override string Name => "leaks";

    /// <inheritdoc/>
    public override void Measure() => _results = LeakLadder.Run(run);

    /// <inheritdoc/>
    public override IEnumerable<ReportSection> Sections()
    {
        var ladders = (
            from task in run.Plan.Tasks
            from encoder in run.Plan.Encoders
            let own = _results.Where(r => r.Task == task.Name && r.Encoder == encoder.Name).ToArray()
            where own.Length > 0
            select (Task: task, Encoder: encoder, Results: own)).ToArray();
        var lines = ladders.SelectMany(l => l.Results.GroupBy(r => r.Fusion).Select(g => (l.Task, l.Encoder, Ladder: g.ToArray()))).ToArray();
        yield return new()
        {
            Id = "leaks",
            Title = "What each leak is worth",
            Question = "The published protocol lets test data into the texts, the split, the gap, the epoch, λ and the AUC. How much of its "
                + "macro-F1 is left when each is closed?",
            Figures =
            [
                .. ladders.Select((l, i) => new ReportFigure(
                    FigureId("leaks", l.Task, l.Encoder),
                    WaterfallChart.Create(l.Results, run.Plan.Provenance, $"{l.Task.Title}, {l.Encoder.Name}: what each leak is worth"),
                    i == 0 ? HowToRead : "To be read as the first figure of this section.")),
            ],
            Findings =
            [
                .. lines.Select(l =>
                    $"{l.Task.Title} ({run.Plan.Provenance}), {l.Encoder.Name}, {l.Ladder[0].Fusion}: {LeakFindings.Summary(l.Ladder)}"),
                $"Every step chooses λ from {string.Join(", ", LeakLadder.Lambdas.Select(NumberText.Lambda))} and has the same loss. Scores are "
                    + $"means over {LeakLadder.Seeds} runs of the whole protocol; intervals draw whole groups of test rows (lesion, patient, city) "
                    + $"and are left out below {Evaluation.PairedComparison.FewestUnits} groups. They are not corrected for the number of steps: "
                    + $"of {_results.Count(r => r.ChangeInterval is not null)} here, one in twenty leaves out 0 by chance.",
            ],
            Comparisons =
            [
                new(
                    "Macro-F1 on test rows, best of λ: published protocol against leak-free",
                    [.. lines.Select(l => Scores(l.Task, l.Encoder, l.Ladder, published))]),
                new(
                    "What choosing the epoch on the test rows adds. Published: best epoch minus last epoch, an upper bound; here: against the "
                        + "epoch that validation rows choose, nothing else changed",
                    [.. lines.Select(l => Epoch(l.Task, l.Encoder, l.Ladder, published))]),
            ],
            Tables = [new(
                "AUC, macro over classes: of one-hot predictions, as published, and from scores; all other leaks closed",
                ["task", "encoder", "fusion", "of one-hot predictions", "from scores"],
                [.. lines.Where(l => l.Ladder[0].Auc is not null).Select(l => Aucs(l.Task, l.Encoder, l.Ladder))])],
            Files = [new("leaks.csv: every step with its switches", run.Link(LeakLadder.TablePath(run)))],
        };
    }

    private static string TitleOf(ReproductionTask task, EncoderPair encoder, LeakResult[] ladder) =>
        $"{task.Title}, {encoder.Name}, {ladder[0].Fusion}";

    private static LeakResult Clean(LeakResult[] ladder) => ladder.Single(r => r.Step.Open == Leaks.None);

    private static PublishedResult? Paper(ReproductionTask task, EncoderPair encoder, LeakResult[] ladder, PublishedNumbers published) =>
        task.PaperDataset is { } name ? published.Result(name, encoder.TextModel is null ? "clip" : "embeddings", ladder[0].Fusion) : null;

    private static ComparisonRow Scores(ReproductionTask task, EncoderPair encoder, LeakResult[] ladder, PublishedNumbers published)
    {
        var curve = Comparison.PublishedCurve(task, encoder, ladder[0].Fusion, published);
        return new(
            TitleOf(task, encoder, ladder),
            curve is null ? null : new(curve.Points.Max(p => p.Value), ComparisonUnit.Score) { DataSet = task.PaperDataset, Source = curve.Source },
            LeakFindings.Score(ladder[0]), LeakFindings.Score(Clean(ladder)));
    }

    private static ComparisonRow Epoch(ReproductionTask task, EncoderPair encoder, LeakResult[] ladder, PublishedNumbers published)
    {
        var paper = Paper(task, encoder, ladder, published);
        var alone = ladder.Single(r => r.Step.Kind == LeakStepKind.Alone && !r.Step.Open.HasFlag(Leaks.Epoch));
        return new(
            TitleOf(task, encoder, ladder),
            paper is { BestMacroF1: { } best, LastMacroF1: { } last } ? new(best - last, ComparisonUnit.Points)
            {
                DataSet = task.PaperDataset,
                Source = paper.Source,
            } : null,
            new(-alone.Change, ComparisonUnit.Points), new(0, ComparisonUnit.Points) { Note = "no test row chooses" });
    }

    private static string[] Aucs(ReproductionTask task, EncoderPair encoder, LeakResult[] ladder)
    {
        var clean = Clean(ladder);
        string Auc(LeakResult result) => result.Auc is { } auc ? NumberText.Score(auc) : "–";
        return [task.Title, encoder.Name, ladder[0].Fusion, Auc(ladder.Single(r => r.Step.Open == Leaks.Auc)), Auc(clean)];
    }
}
