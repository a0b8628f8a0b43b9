using System.Globalization;
using EmbedKit.Data;

namespace EmbedKit.Tests.Charts;

/// <summary>Small made-up sweep tables whose curves can be worked out by hand.</summary>
internal static class SweepTables
{
    /// <summary>Early and late fusion, λ −1…1 by 0.5, three seeds: the F1 of seed s is 0.8 − 0.1·λ² + 0.01·s (+0.05 for late).</summary>
    internal static TextTable EarlyAndLate()
    {
        string[] names = ["fusion", "lambda", "seed", "split", "f1_macro", "accuracy", "gap_before", "gap_after"];
        var rows = from fusion in (string[])["early", "late"]
                   from lambda in (double[])[-1, -0.5, 0, 0.5, 1]
                   from seed in (int[])[0, 1, 2]
                   from split in (string[])["val", "test"]
                   let f1 = 0.8 - (0.1 * lambda * lambda) + (0.01 * seed) + (fusion == "late" ? 0.05 : 0) - (split == "val" ? 0.3 : 0)
                   select new[] { fusion, Text(lambda), Text(seed), split, Text(f1), Text(f1 + 0.1), "0.8", Text(0.8 * Math.Abs(1 - lambda)) };
        return FromRows(names, [.. rows]);
    }

    internal static TextTable FromRows(string[] names, string[][] rows) =>
        new(names, [.. names.Select((_, c) => rows.Select(r => r[c]).ToArray())], "sweep.csv");

    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
