using System.Globalization;
using EmbedKit.Alignment;
using EmbedKit.Charts;
using EmbedKit.Charts.Report;
using EmbedKit.Data;
using EmbedKit.Experiments;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Reproduce;

/// <summary>The modality gap and the cone effect, before and after the shift.</summary>
internal static class GapSection
{
    private static readonly string[] ColumnNames =
    [
        "dataset", "encoder", "rows", "gap_norm", "gap_norm_after", "image_resultant_length", "text_resultant_length",
        "cosine_within_image", "cosine_within_text", "cosine_between", "cosine_of_pairs",
    ];

    /// <summary>Measures every data set and encoder on all rows, as description; the shift at λ = 1 is learned from training rows.</summary>
    internal static TextTable Measure(Reproduction run)
    {
        var rows = new List<string[]>();
        foreach (var dataset in run.Plan.Tasks.Select(t => t.Dataset).Distinct())
        {
            foreach (var encoder in run.Plan.Encoders)
            {
                var set = run.Embeddings(dataset, encoder, Protocol.LeakFree);
                var before = ModalityGap.Of(set);
                var after = ModalityGap.Of(Close(set));
                rows.Add([dataset, encoder.Name, set.Count.ToString(CultureInfo.InvariantCulture), .. new[]
                {
                    before.Norm, after.Norm, before.ImageResultantLength, before.TextResultantLength,
                    before.MeanCosineWithinImage, before.MeanCosineWithinText, before.MeanCosineBetween, before.MeanCosineOfPairs,
                }.Select(v => NumberText.Digits(v))]);
            }
        }

        return TextTable.OfRows(ColumnNames, rows, "gap.csv");
    }

    internal static ReportSection Create(Reproduction run, string provenance)
    {
        var gap = TextTable.Read(run.GapPath());
        string Short(string column, int row) => NumberText.Score(gap.Number(column, row));
        var shown = run.Plan.Tasks[0].Dataset;
        return new()
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
                        new ReportFigure($"gap-pca-{id}", ModalityPcaChart.Create([ModalityPlane.Of($"{encoder.Name}, before", set), ModalityPlane.Of($"{encoder.Name}, after (λ = 1)", Close(set))], provenance),
                            $"{shown}: both modalities on the first two principal components of all their rows. λ = 1 makes the means of the training rows coincide before rows are normalised again."),
                        new ReportFigure($"gap-cone-{id}", ConeChart.Create(PairwiseCosines.Of(set), provenance, $"{shown}, {encoder.Name}: cosines of pairs"),
                            $"{shown}, {encoder.Name}: cosines of all pairs among 300 rows. Pairs of one modality far to the right: a narrow cone. Image–text pairs to the left of them: the gap."),
                    };
                }),
            ],
            Findings = [.. Enumerable.Range(0, gap.RowCount).Where(r => gap["dataset"][r] == shown).Select(r =>
                $"{shown}, {gap["encoder"][r]}: the gap is {Short("gap_norm", r)} long before and {Short("gap_norm_after", r)} after λ = 1; mean cosine {Short("cosine_within_image", r)} within images, {Short("cosine_within_text", r)} within texts, {Short("cosine_between", r)} between. The table has the other data sets.")],
            Tables = [new("Gap measures (unit rows; narrower modality stretched as published)",
                ["data set", "encoder", "rows", "‖gap‖", "‖gap‖ at λ = 1", "image resultant length", "text resultant length", "cosine within image", "within text", "between", "of pairs"],
                [.. Enumerable.Range(0, gap.RowCount).Select(r => (IReadOnlyList<string>)[.. ColumnNames.Select((name, c) => c < 3 ? gap[name][r] : Short(name, r))])])],
            Files = [new("gap.csv", run.Link(run.GapPath()))],
        };
    }

    private static EmbeddingSet Close(EmbeddingSet set) => new GapShift(new() { Lambda = 1 }).Fit(TrainingSet.From(set)).Transform(set);
}
