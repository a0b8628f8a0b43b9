using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmbedKit.Notebooks.Tests;

/// <summary>
/// Holds the sentences that an executed notebook prints to the tables it shows beside them. The counting is done here again, on the digits that
/// a reader sees, and shares no code with the sentences.
/// </summary>
internal static partial class NotebookSentences
{
    /// <summary>One code cell's outputs: what it printed, and its tables with a dictionary a row.</summary>
    private sealed record Cell(string Text, IReadOnlyList<IReadOnlyList<Dictionary<string, string>>> Tables)
    {
        internal IReadOnlyList<Dictionary<string, string>>? With(params string[] columns) =>
            Tables.FirstOrDefault(t => t.Count > 0 && columns.All(t[0].ContainsKey));
    }

    /// <summary>How many sentences were checked; fails on the first that its table contradicts.</summary>
    /// <param name="ipynb">An executed notebook.</param>
    internal static int Check(string ipynb)
    {
        var (cells, count) = (Cells(ipynb), 0);
        void Says(Cell cell, string sentence)
        {
            Assert.Contains(sentence, cell.Text, StringComparison.Ordinal);
            count++;
        }

        foreach (var cell in cells)
        {
            if (cell.Text.Contains("Beside leak-free, reproduced is", StringComparison.Ordinal)
                && cell.With("reproduced", "leak-free") is { } comparison)
            {
                Says(
                    cell,
                    $"Beside leak-free, reproduced is {Count(comparison.Select(r => Number(r["reproduced"]) - Number(r["leak-free"])), "row")}.");
            }

            if (cell.With("RecallAt1", "Chance1") is { } recall)
            {
                Says(cell, $"R@1 is {Count(recall.Select(r => Number(r["RecallAt1"]) - Number(r["Chance1"])), "data set")}.");
            }

            if (cell.With("OwnPair", "Between") is { } geometry)
            {
                var next = cells[cells.IndexOf(cell) + 1];
                Assert.All(geometry.GroupBy(r => r["Encoder"]), own => Says(
                    next,
                    $"{own.Key}: beside the mean cosine between any two, that of a picture and its own text is "
                        + $"{Count(own.Select(r => Number(r["OwnPair"]) - Number(r["Between"])), "data set")}."));
            }

            if (cell.With("GapAtZero", "GapAtOne") is { } gaps)
            {
                Assert.All(
                    gaps.GroupBy(r => r["Encoder"]),
                    own =>
                        Says(
                            cell,
                            $"{own.Key}: after λ = 1 the gap is "
                                + $"{own.Min(r => Number(r["GapAtOne"])).ToString("0.000", CultureInfo.InvariantCulture)}"));
            }

            if (cell.With("ClaimedGain", "HonestGain") is { } gains)
            {
                Says(cell, $"{Count(gains.Select(r => Number(r["HonestGain"])), "comparison", "above 0", "below 0", "0.0")}.");
                Says(cell, $"Both choose the same λ in {gains.Count(r => r["TestChose"] == r["ValidationChose"])} of {gains.Count} comparisons.");
            }

            if (cell.With("CorrelationOverLambda") is { } agreement)
            {
                Says(
                    cell,
                    $"The correlation is {Count(agreement.Select(r => Number(r["CorrelationOverLambda"])), "comparison", "positive", "negative", "zero")};");
            }

            if (cell.With("Best", "OnTheTestRows") is { } rules)
            {
                Says(
                    cell,
                    $"Validation and test rows choose the same λ in {rules.Count(r => r["Best"] == r["OnTheTestRows"])} of {rules.Count} "
                        + "comparisons");
            }

            if (cell.With("Zero", "Nudged") is { } nudged)
            {
                var moved = nudged.Count(r => r["Zero"] != r["Nudged"]);
                Says(cell, moved == 0 ? $"None of {nudged.Count} runs" : $"{moved} of {nudged.Count} runs");
            }

            if (cell.With("Judgement") is { } verdicts
                && cells.FirstOrDefault(c => c.Text.Contains("tested against λ = 0", StringComparison.Ordinal)) is { } summary)
            {
                int Judged(string words) => verdicts.Count(r => r["Judgement"].StartsWith(words, StringComparison.Ordinal));
                var better = Judged("better");
                Says(
                    summary,
                    $"Of {verdicts.Count} comparisons (whole groups drawn, corrected for all) {better} {(better == 1 ? "is" : "are")} shown to be "
                        + $"better than no shift and {Judged("worse")} worse");
                Assert.All(
                    [(Judged("not shown"), "not shown to differ"), (Judged("too few"), "with too few test groups to say anything"),
                        (Judged("no shift"), "that chose no shift")], part =>
                    Assert.Equal(part.Item1 > 0, summary.Text.Contains($", {part.Item1} {part.Item2}", StringComparison.Ordinal)));
            }
        }

        return count;
    }

    private static string Count(
        IEnumerable<double> differences, string unit, string higher = "higher", string lower = "lower", string equal = "equal")
    {
        // Digits shown are decimals: what is left of a difference below a tenth of the last is rounding.
        double[] all = [.. differences];
        var words =
            new[] { (all.Count(d => d > 1e-6), higher), (all.Count(d => d < -1e-6), lower), (all.Count(d => Math.Abs(d) <= 1e-6), equal),
                (all.Count(double.IsNaN), "undefined") }
            .Where(w => w.Item1 > 0).ToArray();
        return words.Length > 1
            ? $"{words[0].Item2} in {words[0].Item1} of {all.Length} {unit}s{string.Concat(words.Skip(1).Select(w => $", {w.Item2} in {w.Item1}"))}"
            : all.Length == 1 ? $"{words[0].Item2} in the only {unit}" : $"{words[0].Item2} in all {all.Length} {unit}s";
    }

    private static double Number(string cell) =>
        cell == "NaN" ? double.NaN : double.Parse(Leading().Match(cell).Value.Replace('−', '-'), CultureInfo.InvariantCulture);

    private static List<Cell> Cells(string ipynb)
    {
        using var notebook = JsonDocument.Parse(ipynb);
        static string Text(JsonElement lines) =>
            lines.ValueKind == JsonValueKind.String ? lines.GetString()! : string.Concat(lines.EnumerateArray().Select(l => l.GetString()));
        return [.. notebook.RootElement.GetProperty("cells").EnumerateArray().Where(c => c.GetProperty("cell_type").GetString() == "code")
            .Select(c => c.GetProperty("outputs")).Select(outputs => new Cell(
            string.Concat(outputs.EnumerateArray().Where(o => o.TryGetProperty("text", out _)).Select(o => Text(o.GetProperty("text")))),
            [.. outputs.EnumerateArray().Where(o => o.TryGetProperty("data", out var data) && data.TryGetProperty("text/html", out _))
                .Select(o => Rows(Text(o.GetProperty("data").GetProperty("text/html"))))]))];
    }

    private static IReadOnlyList<Dictionary<string, string>> Rows(string html)
    {
        string[][] rows =
            [.. Row().Matches(html).Select(r => CellHtml().Matches(r.Value).Select(c => WebUtility.HtmlDecode(c.Groups[1].Value)).ToArray())];
        return rows.Length < 2 || rows[0].Distinct().Count() < rows[0].Length ? []
            : [.. rows.Skip(1).Where(r => r.Length == rows[0].Length).Select(r => rows[0].Zip(r).ToDictionary(p => p.First, p => p.Second))];
    }

    [GeneratedRegex(@"^[+−-]?\d+(?:\.\d+)?")]
    private static partial Regex Leading();

    [GeneratedRegex("<tr>.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<t[hd][^>]*>(.*?)</t[hd]>", RegexOptions.Singleline)]
    private static partial Regex CellHtml();
}
