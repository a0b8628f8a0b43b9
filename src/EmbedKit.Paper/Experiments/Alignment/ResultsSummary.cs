using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmbedKit.Protocols;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>
/// A run's results as the Markdown that README shows: a table of scores, one of gains, and the sentences that follow from their digits. What
/// is written can be read back and written again, so that a test holds a README's sentences to its tables.
/// </summary>
/// <param name="Heading">What was run, as the line above the tables has it.</param>
/// <param name="Scores">Leak-free lines: for each data set and encoder image, text, early, late, early aligned, late aligned, early shuffled.</param>
/// <param name="Published">What alignment gains under the published protocol, where the best λ on the test rows is taken.</param>
/// <param name="Verdicts">How many leak-free comparisons are better, worse, not shown, have too few groups, chose no shift.</param>
internal sealed partial record ResultsSummary(string Heading, IReadOnlyList<FusionResult> Scores, GainSpread Published, VerdictCounts Verdicts)
{
    private static readonly string[] Models = ["image", "text", "early", "late", "early aligned", "late aligned", "early shuffled"];
    private static readonly string[] ScoreColumns =
        ["data set", "encoder", "image only", "text only", "early", "late", "early aligned (λ)", "late aligned (λ)", "early, texts shuffled"];

    private static readonly string[] GainColumns =
        ["gain of alignment, points", "comparisons", "lowest", "highest", "mean", "better", "worse", "not shown to differ", "too few groups",
            "no shift chosen"];

    /// <summary>Takes what a run found.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="seed">Its root seed.</param>
    /// <param name="results">The fusion table.</param>
    /// <param name="verdicts">Leak-free verdicts, λ chosen on validation rows.</param>
    public static ResultsSummary Of(ReproductionPlan plan, long seed, IReadOnlyList<FusionResult> results, IReadOnlyList<AlignmentVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(results);
        var titles = plan.Tasks.ToDictionary(t => t.Name, t => t.Title);
        FusionResult[] clean = [.. results.Where(r => r.Protocol == Protocol.LeakFree.Text() && Models.Contains(r.Model))
            .Select(r => r with { Dataset = titles[r.Dataset], MacroF1 = NumberText.Shown(r.MacroF1, 3), Lambda = NumberText.Shown(r.Lambda, 3) })];
        return new(
            $"Macro-F1 on test rows of {plan.Provenance}, leak-free: mean of {plan.Seeds} seeds, λ of the aligned models chosen on validation "
                + $"rows, root seed {seed.ToString(CultureInfo.InvariantCulture)}.",
            clean, GainSpread.Of([.. results.Where(r => r.Protocol == Protocol.Published.Text())]), VerdictCounts.Of(verdicts));
    }

    /// <summary>Two tables and a paragraph.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder(Heading).Append("\n\n");
        Line(text, ScoreColumns);
        Line(text, ScoreColumns.Select(_ => "---"));
        foreach (var lines in Scores.GroupBy(r => (r.Dataset, r.Encoder)))
        {
            Line(text, [lines.Key.Dataset, lines.Key.Encoder, .. Models.Select(m => lines.FirstOrDefault(r => r.Model == m) is not { } r ? "–"
                : NumberText.Score(r.MacroF1) + (m.EndsWith(" aligned", StringComparison.Ordinal) ? $" ({NumberText.Lambda(r.Lambda)})" : ""))]);
        }

        text.Append('\n');
        Line(text, GainColumns);
        Line(text, GainColumns.Select(_ => "---"));
        Line(text, ["leak-free: λ from validation rows", .. GainSpread.Of(Scores).Cells(), .. Verdicts.Cells()]);
        Line(text, ["published protocol: best λ on the test rows", .. Published.Cells(), .. Verdicts.Cells().Select(_ => "–")]);
        return text.Append('\n').Append(Sentences()).Append('\n').ToString();
    }

    /// <summary>What the tables say.</summary>
    public string Sentences()
    {
        var clean = GainSpread.Of(Scores);
        return FusionFindings.Overall(Scores)
            + (clean.Count == 0 ? " Alignment with λ chosen on validation rows was not measured."
                : $" Alignment, with λ chosen on validation rows, {clean.InWords("changes macro-F1 by")} (from the digits above; the report takes "
                    + $"all digits, so a tenth may differ). {Verdicts.InWords()}")
            + (Published.Count == 0 ? ""
                : $" Under the published protocol, which takes the best λ on the test rows, the same method {Published.InWords("“gains”")}; taking "
                    + "the best of a grid cannot lose.");
    }

    /// <summary>Reads back what <see cref="ToMarkdown"/> wrote; sentences are not read.</summary>
    /// <param name="markdown">The text, which may stand within other text.</param>
    /// <exception cref="FormatException">A table is missing, or a cell is not what it should be.</exception>
    public static ResultsSummary Parse(string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        string[][] Table(string[] columns)
        {
            var head = Array.FindIndex(lines, l => Cells(l).SequenceEqual(columns));
            return head < 0 ? throw new FormatException($"No table with the columns {string.Join(" | ", columns)}.")
                : [.. lines.Skip(head + 2).TakeWhile(l => l.StartsWith('|')).Select(Cells)];
        }

        var (scores, gains) = (Table(ScoreColumns), Table(GainColumns));
        return new(
            lines.First(l => l.StartsWith("Macro-F1 on test rows", StringComparison.Ordinal)),
            [.. from row in scores from m in Enumerable.Range(0, Models.Length) where row[m + 2] != "–"
                select Score(row[0], row[1], Models[m], row[m + 2])],
            GainSpread.Parse(gains[1].AsSpan(1, 4)), VerdictCounts.Parse(gains[0].AsSpan(5)));
    }

    private static FusionResult Score(string dataset, string encoder, string model, string cell)
    {
        var match = Cell().Match(cell);
        return !match.Success ? throw new FormatException($"'{cell}': expected a score, perhaps with λ.")
            : new(
                dataset, encoder, Protocol.LeakFree.Text(), model, match.Groups[2].Success ? Number(match.Groups[2].Value)
                    : 0, Number(match.Groups[1].Value), 0, 0, 0, null, 0);
    }

    /// <summary>A number as readers see it.</summary>
    internal static double Number(string text) => double.Parse(text.Replace('−', '-'), CultureInfo.InvariantCulture);

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim())];

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    [GeneratedRegex(@"^([01]\.\d{3})(?: \((−?\d+(?:\.\d+)?)\))?$")]
    private static partial Regex Cell();
}
