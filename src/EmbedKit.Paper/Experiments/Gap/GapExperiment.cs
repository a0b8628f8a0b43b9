using EmbedKit.Alignment;
using EmbedKit.Charts;
using EmbedKit.Protocols;
using EmbedKit.Report;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>The modality gap and the cone effect, before and after the shift.</summary>
/// <param name="run">The run.</param>
internal sealed class GapExperiment(Reproduction run) : Experiment
{
    private IReadOnlyList<GapResult> _gaps = [];

    /// <inheritdoc/>
    public override string Name => "gap";

    private string TablePath => Path.Combine(run.Folder, "tables", "gap.csv");

    /// <inheritdoc/>
    public override void Measure()
    {
        _gaps = GapResult.Measure(run);
        GapResult.Columns.ToTable(_gaps).Write(TablePath);
    }

    /// <inheritdoc/>
    public override IEnumerable<ReportSection> Sections()
    {
        var provenance = run.Plan.Provenance;
        var shown = run.Plan.Tasks[0].Dataset;
        yield return new()
        {
            Id = "gap",
            Title = "Cone effect and modality gap",
            Question = "Do image and text embeddings lie in two narrow cones, apart from each other, and does the shift bring them together?",
            Figures =
            [
                .. run.Plan.Encoders.SelectMany(encoder =>
                {
                    var set = run.Embeddings(shown, encoder, Protocol.LeakFree);
                    var id = encoder.Name.Replace('+', '-');
                    return new[]
                    {
                        new ReportFigure(
                            $"gap-pca-{id}",
                            ModalityPcaChart.Create(
                                [ModalityPlane.Of($"{encoder.Name}, before", set), ModalityPlane.Of($"{encoder.Name}, after (λ = 1)", Close(set))],
                                provenance),
                            $"{shown}: both modalities on the first two principal components of all their rows. λ = 1 was learned from the "
                                + "training rows."),
                        new ReportFigure(
                            $"gap-cone-{id}", ConeChart.Create(PairwiseCosines.Of(set), provenance, $"{shown}, {encoder.Name}: cosines of pairs"),
                            $"{shown}, {encoder.Name}: cosines of all pairs among 300 rows. Where pairs of one modality lie far to the right, its "
                                + "cone is narrow; where image–text pairs lie to the left of them, there is a gap."),
                    };
                }),
            ],
            Findings =
            [
                .. new[] { GapFindings.Cones(_gaps, "general"), GapFindings.Angles(_gaps), GapFindings.OwnPairs(_gaps), GapFindings.Remainders(_gaps),
                    GapFindings.Training(_gaps) }.SelectMany(f => f.Split('\n')),
                "λ = 1 makes the means of the training rows coincide before rows are normalised again; what the normalisation opens again is "
                    + "measured here on all rows, at λ = 0 and λ = 1 alike.",
            ],
            Tables = [new(
                "Gap measures (unit rows; ‖gap‖ with the narrower modality stretched as published, at λ = 0 and 1 after rows are normalised again)",
                ["data set", "encoder", "rows", "‖gap‖", "‖gap‖ of training rows", "‖gap‖ at λ = 0", "‖gap‖ at λ = 1", "image resultant length",
                    "text resultant length", "cosine within image", "within text", "between", "of pairs"],
                [.. _gaps.Select(g => (IReadOnlyList<string>)[g.Dataset, g.Encoder, NumberText.Count(g.Rows), .. new[]
                {
                    g.Gap, g.GapOfTraining, g.GapAtZero, g.GapAtOne, g.ImageResultantLength, g.TextResultantLength, g.WithinImages, g.WithinTexts,
                    g.Between, g.OwnPair,
                }.Select(NumberText.Score)])])],
            Files = [new("gap.csv", run.Link(TablePath))],
        };
    }

    private static EmbeddingSet Close(EmbeddingSet set) => new GapShift(new() { Lambda = 1 }).Fit(TrainingSet.From(set)).Transform(set);
}
