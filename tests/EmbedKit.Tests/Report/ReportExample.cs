using System.Globalization;
using EmbedKit.Benchmarking;
using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Experiments;
using EmbedKit.Report;
using EmbedKit.Tests.Charts;

namespace EmbedKit.Tests.Report;

/// <summary>A report with every kind of part. Its computed numbers are made up, and say so; its published numbers are the published ones.</summary>
internal static class ReportExample
{
    internal const string Provenance = "made-up test data";

    internal static readonly ReportRun Run = new(
        new("A processor", 2, 15.6, "An operating system", [("EmbedKit", "0.1.0"), ("TorchSharp", "0.107.0")]), 7, 4.2,
        "embedkit reproduce --seed 7");

    /// <summary>Writes the files the report links to, and the report.</summary>
    /// <returns>The page's path.</returns>
    internal static string Write(string folder)
    {
        var sweep = Sweep();
        sweep.Write(Path.Combine(folder, "results", "sweep.csv"));
        File.WriteAllText(Path.Combine(folder, "results", "08 alignment.html"), "<!DOCTYPE html><title>Notebook</title>");
        var page = Path.Combine(folder, "index.html");
        ReportPage.Write(page, Content(sweep));
        return page;
    }

    internal static ReportContent Content(TextTable sweep)
    {
        var published = PublishedNumbers.Load();
        return new()
        {
            Title = "Vector embedding alignment, reproduced",
            Provenance = Provenance,
            Summary = ["Every number and figure on this page, save those marked as published, is made up to show what the page looks like."],
            Run = Run,
            Sections = [Fusion(published), Alignment(sweep, published), Efficiency(published)],
            Files = [new("Sweep, one row a model and split (CSV)", "results/sweep.csv")],
        };
    }

    internal static TextTable Sweep()
    {
        var noise = new Random(1);
        var rows = from fusion in (string[])["early", "late"]
                   from step in Enumerable.Range(-10, 21)
                   from seed in Enumerable.Range(0, 5)
                   let lambda = step / 10.0
                   let f1 = 0.74 - (0.02 * lambda * lambda) + (fusion == "late" ? 0.02 : 0) + (0.012 * noise.NextDouble())
                   select new[] { fusion, SweepTables.Text(lambda), SweepTables.Text(seed), "test", SweepTables.Text(f1),
                       SweepTables.Text(0.8 * Math.Abs(1 - lambda)) };
        return SweepTables.FromRows(["fusion", "lambda", "seed", "split", "f1_macro", "gap_after"], [.. rows]);
    }

    private static ReportSection Fusion(PublishedNumbers published) => new()
    {
        Id = "fusion",
        Title = "Does fusion beat one modality alone?",
        Question = "Early and late fusion train on both modalities. Is either better than the image or the text by itself?",
        Claims = [Claim(published.Result("ham10000", "clip", "early")!), Claim(published.Result("ham10000", "clip", "late")!)],
        Figures =
        [
            new("fusion-bars", FusionBarChart.Create(
            [
                new("image", "leak-free", 0.61, 0.60, 0.63), new("text", "leak-free", 0.58, 0.57, 0.59),
                new("early", "leak-free", 0.74, 0.73, 0.75), new("late", "leak-free", 0.76, 0.75, 0.77),
            ], Provenance), "Macro-F1 on test rows; the whisker spans five seeds, which measure the optimiser's spread and nothing else."),
            new(
                "fusion-confusion",
                ConfusionMatrixChart.Create(
                    ["mel", "nv", "bkl"], ConfusionMatrix.Count([0, 0, 0, 1, 1, 1, 1, 2, 2], [0, 1, 0, 1, 1, 1, 2, 2, 0], 3), Provenance),
                "Late fusion, test rows."),
        ],
        Findings = ["Nothing: the numbers are made up."],
        Comparisons = [new(
            "Macro-F1, test rows",
            [Row(published, "early"), Row(published, "late"),
                new("image only", null, new(0.62, ComparisonUnit.Score), new(0.61, ComparisonUnit.Score))])],
    };

    private static ReportSection Alignment(TextTable sweep, PublishedNumbers published) => new()
    {
        Id = "alignment",
        Title = "Does closing the modality gap help?",
        Question = "Shift both modalities towards each other by λ and train again. Does the score rise?",
        Figures =
        [
            new("alignment-f1", SweepChart.Create(sweep, Provenance, new()
            {
                Published = [.. published.AlignmentCurves("ham10000", "clip", metric: "f1_macro").Where(c => c.Points.Count == 21)],
            }), "Macro-F1 against λ. The published curves belong to other data: compare their shape, not their height."),
            new("alignment-gap", GapChart.Create(sweep, Provenance), "The gap's length."),
        ],
        Files = [new("Sweep (CSV)", "results/sweep.csv"), new("Executed notebook 08", "results/08 alignment.html")],
    };

    private static ReportSection Efficiency(PublishedNumbers published)
    {
        var sizes = published.MemoryOf("ham10000", "embeddings", "early")!;
        var (raw, embeddings) = (published.MemoryOf("ham10000", "raw", "early")!, PublishedMemory.Of(new()
        {
            InputsPerRow = 768 + 4096,
            LabelsPerRow = 7,
            TrainRows = 8012,
            TestRows = 2003,
            Parameters = 623_879,
        }));
        return new()
        {
            Id = "efficiency",
            Title = "How much memory do embeddings save?",
            Question = "The published figure counts the bytes that pass through the loader. What does it say, and what does it leave out?",
            Claims = [new("Embeddings need over 95 % less memory than raw data.", PublishedNumbers.Paper)],
            Figures = [new(
                "efficiency-bars",
                EfficiencyChart.Create([new("training data, one epoch", "MiB", raw.TrainPerEpoch, embeddings.TrainPerEpoch)], Provenance),
                "By the published formula.")],
            Tables =
            [
                new("Test batches by the published formula", ["what", "as published (MiB)", "averaged over test batches (MiB)"],
                    [["one batch", Digits(embeddings.TestPerBatchAsPublished), Digits(embeddings.TestPerBatch)],
                        ["one epoch", Digits(embeddings.TestPerEpochAsPublished), Digits(embeddings.TestPerEpoch)]]),
            ],
            Comparisons = [new("Memory", [new(
                "training data, one epoch", new(sizes.TrainPerEpoch, ComparisonUnit.Mebibytes) { DataSet = "HAM10000", Source = sizes.Source },
                new(embeddings.TrainPerEpoch, ComparisonUnit.Mebibytes), null)])],
        };
    }

    private static PublishedClaim Claim(PublishedResult result) =>
        new(
            $"{result.Fusion} fusion of CLIP embeddings reaches macro-F1 {result.BestMacroF1:0.000} on HAM10000, at the epoch that is best on the "
                + "test set.", result.Source);

    private static ComparisonRow Row(PublishedNumbers published, string fusion)
    {
        var result = published.Result("ham10000", "clip", fusion)!;
        return new(
            $"{fusion} fusion", new(result.BestMacroF1!.Value, ComparisonUnit.Score) { DataSet = "HAM10000, CLIP", Source = result.Source },
            new(0.78, ComparisonUnit.Score) { Interval = (0.77, 0.79) }, new(0.74, ComparisonUnit.Score) { Interval = (0.73, 0.75) });
    }

    private static string Digits(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
