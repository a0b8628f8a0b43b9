using EmbedKit.Charts;
using EmbedKit.Report;

namespace EmbedKit.Experiments;

/// <summary>Early and late fusion against single modalities, a section for each encoder pair.</summary>
/// <param name="run">The run.</param>
/// <param name="published">The published numbers.</param>
internal sealed class FusionExperiment(Reproduction run, PublishedNumbers published) : Experiment
{
    /// <inheritdoc/>
    public override string Name => "fusion and alignment";

    /// <summary>Every model of every task, encoder and protocol, once measured.</summary>
    public IReadOnlyList<FusionResult> Results { get; private set; } = [];

    /// <inheritdoc/>
    public override void Measure() => Results = run.Fusion();

    /// <inheritdoc/>
    public override IReadOnlyList<string> MainFiles => [run.FusionPath()];

    /// <inheritdoc/>
    public override IEnumerable<ReportSection> Sections() => run.Plan.Encoders.Select(Section).Reverse();

    private ReportSection Section(EncoderPair encoder)
    {
        var id = encoder.TextModel is null ? "clip" : "fusion";
        var mine = Results.Where(r => r.Encoder == encoder.Name).ToArray();
        var titles = run.Plan.Tasks.ToDictionary(t => t.Name, t => t.Title);
        return new()
        {
            Id = id,
            Title = $"Fusion on {encoder.PaperModel} embeddings",
            Question = "Do small classifiers on embeddings learn the task, and does fusing image and text beat either alone? "
                + $"({encoder.PaperModel} in the paper; {Models(encoder)} here.)",
            Figures = [.. run.Plan.Tasks.Select(task => new ReportFigure(
                $"{id}-{task.Name.Replace('.', '-').Replace('_', '-')}",
                FusionBarChart.Create(Bars(mine, task), run.Plan.Provenance, $"{task.Title}: macro-F1 by model"),
                "Mean over seeds with the lowest and the highest; “aligned” is the shift λ chosen as the protocol says: on validation rows "
                    + "(leak-free), or on the test rows (as published). “Shuffled” is the control: each image with the text of another row."))],
            Findings =
            [
                FusionFindings.Overall([.. mine.Select(r => r with { Dataset = titles[r.Dataset] })]), FusionFindings.Protocols(mine),
                .. run.Plan.Tasks.Select(task => FusionFindings.Fusion([.. mine.Where(r => r.Dataset == task.Name)], task.Title)),
            ],
            Comparisons = [new(
                "Macro-F1 on test rows, λ = 0; published: best epoch on the test set, on real data; this run: mean over seeds (lowest–highest)",
                [.. run.Plan.Tasks.SelectMany(task => Comparison.Scores(task, encoder, mine, published))])],
            Files = [new("fusion.csv: every model, both protocols", run.Link(run.FusionPath()))],
        };
    }

    private static string Models(EncoderPair encoder) =>
        encoder.TextModel is null ? encoder.ImageModel : $"{encoder.ImageModel} + {encoder.TextModel}";

    private static FusionBar[] Bars(FusionResult[] results, ReproductionTask task) =>
        [.. results.Where(r => r.Dataset == task.Name).Select(r => new FusionBar(
            r.Model is "image" or "text" ? r.Model + " only" : r.Model, r.Protocol == "published" ? "reproduced"
                : r.Protocol, r.MacroF1, r.Lowest, r.Highest))];
}
