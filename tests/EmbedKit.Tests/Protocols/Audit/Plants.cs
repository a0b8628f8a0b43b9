using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Demo.World;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Protocols.Audit;

/// <summary>A leak put into a clean table of the demo world.</summary>
/// <param name="Name">What is planted.</param>
/// <param name="Dataset">Into which data set.</param>
/// <param name="Kind">The kind that must be found.</param>
/// <param name="Field">The field that must be named; null for any.</param>
/// <param name="Into">Makes the leaking table.</param>
internal sealed record Plant(string Name, DemoDataset Dataset, LeakKind Kind, string? Field, Func<TextTable, SeededRandom, TextTable> Into)
{
    /// <summary>The planted leaks of the demo world and of the issue's list.</summary>
    internal static readonly Plant[] All =
    [
        new("published split", DemoDataset.Dermatoscopy, LeakKind.Group, "group_id", (t, _) => t.With("split", t["split_published"])),
        new("one patient on both sides", DemoDataset.Fundus, LeakKind.Group, "group_id", OnePatientMoved),
        new("a picture on both sides", DemoDataset.General, LeakKind.Duplicate, null, OnePictureTwice),
        new("diagnosis method in the text", DemoDataset.Dermatoscopy, LeakKind.Text, "dx_type", (t, _) => t.With("text", t["text_published"])),
        new("findings in the text", DemoDataset.Fundus, LeakKind.Text, "hemorrhage", (t, _) => t.With("text", t["text_published"])),
        new("label in the text", DemoDataset.Satellite, LeakKind.Text, "label_outbreak", (t, _) => t.With("text", t["text_published"])),
        new(
            "class name in some texts", DemoDataset.General, LeakKind.Text, null,
            (t, random) => t.With("text", Some(t["text"], 0.3, random, (text, r) => $"{text} Tags: {t["label_scene"][r]}."))),
        new(
            "empty by class", DemoDataset.Fundus, LeakKind.Missingness, "patient_age",
            (t, random) =>
                t.With(
                    "patient_age",
                    Some(t["patient_age"], 1, random, (age, r) => random.NextDouble() < (t["label_dr_binary"][r] == "1" ? 0.8 : 0.05) ? "" : age))),
        new(
            "camera by class", DemoDataset.Fundus, LeakKind.Site, "camera",
            (t, random) =>
                t.With(
                    "camera",
                    Some(
                        t["camera"], 1, random, (_, r) => random.NextDouble() < (t["label_dr_binary"][r] == "1" ? 0.85 : 0.2) ? "NIKON NF5050"
                            : "Canon CR"))),
        new(
            "standardised over all rows", DemoDataset.Satellite, LeakKind.TargetFit, "precipitation",
            (t, _) => t.With("precipitation", Standardised(t["precipitation"], t["split"], everything: true))),
        new(
            "mean label over all rows", DemoDataset.Dermatoscopy, LeakKind.TargetFit, "place_risk",
            (t, _) => t.With("place_risk", MeanLabel(t["localization"], t["label_dx"], "nv"))),
    ];

    /// <summary>Numbers scaled by mean and standard deviation of all rows, or of the training rows, with six decimals.</summary>
    internal static string[] Standardised(string[] cells, string[] split, bool everything)
    {
        double[] numbers = [.. cells.Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
        double[] fitted = [.. numbers.Where((_, r) => everything || split[r] == "train")];
        var mean = fitted.Average();
        var deviation = Math.Sqrt(fitted.Average(v => (v - mean) * (v - mean)));
        return [.. numbers.Select(v => ((v - mean) / deviation).ToString("0.000000", CultureInfo.InvariantCulture))];
    }

    /// <summary>The share of a class among all rows of the same cell.</summary>
    internal static string[] MeanLabel(string[] cells, string[] labels, string positive, string[]? split = null)
    {
        var means = cells.Zip(labels, split ?? [.. cells.Select(_ => "train")]).Where(r => r.Third == "train").GroupBy(r => r.First)
            .ToDictionary(g => g.Key, g => g.Average(r => r.Second == positive ? 1.0 : 0.0));
        return [.. cells.Select(c => means.GetValueOrDefault(c, 0.5).ToString("0.00000", CultureInfo.InvariantCulture))];
    }

    /// <summary>Made-up image embeddings in a cone, one picture a row, but for rows that say by <c>copy_of</c> whose picture they show, with a little
    /// noise.</summary>
    internal static EmbeddingMatrix Embeddings(TextTable table, SeededRandom random)
    {
        const int Width = 32;
        var copies = table.Contains(CopyColumn) ? table[CopyColumn] : null;
        float[] vectors = [.. Enumerable.Range(0, table.RowCount * Width).Select(i => (float)random.NextGaussian() + (i % Width == 0 ? 8 : 0))];
        return EmbeddingMatrix.Make(table.RowCount, Width, (row, target) =>
        {
            var shown = copies?[row] is { Length: > 0 } other ? int.Parse(other, CultureInfo.InvariantCulture) : row;
            vectors.AsSpan(shown * Width, Width).CopyTo(target);
            target[1] += shown == row ? 0 : 0.01f;
        });
    }

    private const string CopyColumn = "copy_of";

    private static TextTable OnePictureTwice(TextTable table, SeededRandom random)
    {
        var rows = Enumerable.Range(0, table.RowCount).ToLookup(r => table["split"][r]);
        var copies = Enumerable.Repeat("", table.RowCount).ToArray();
        copies[rows["test"].ElementAt(random.Next(rows["test"].Count()))] = rows["train"].ElementAt(random.Next(rows["train"].Count()))
            .ToString(CultureInfo.InvariantCulture);
        return table.With(CopyColumn, copies);
    }

    private static TextTable OnePatientMoved(TextTable table, SeededRandom random)
    {
        var split = (string[])table["split"].Clone();
        int[] right = [.. Enumerable.Range(0, table.RowCount).Where(r => split[r] == "train" && table["exam_eye"][r] == "1")];
        split[right[random.Next(right.Length)]] = "test";
        return table.With("split", split);
    }

    private static string[] Some(string[] cells, double share, SeededRandom random, Func<string, int, string> change) =>
        [.. cells.Select((cell, r) => random.NextDouble() < share ? change(cell, r) : cell)];
}
