using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>One line of the fusion table: a model on the test rows, over seeds.</summary>
/// <param name="Dataset">Data set and label.</param>
/// <param name="Encoder">Encoder pair.</param>
/// <param name="Protocol"><c>published</c> or <c>leak-free</c>.</param>
/// <param name="Model">image, text, early, late, <c>early aligned</c>, <c>late aligned</c>, or the control <c>early shuffled</c>, <c>late
/// shuffled</c>.</param>
/// <param name="Lambda">The shift used: 0, or the chosen one for aligned models.</param>
/// <param name="MacroF1">Mean macro-F1 over seeds, 0–1.</param>
/// <param name="Lowest">Lowest seed.</param>
/// <param name="Highest">Highest seed.</param>
/// <param name="Accuracy">Mean accuracy, 0–1.</param>
/// <param name="Auc">Mean one-vs-rest ROC-AUC, 0–1; null where no run has one.</param>
/// <param name="Seeds">Number of seeds.</param>
public sealed record FusionResult(
    string Dataset, string Encoder, string Protocol, string Model, double Lambda, double MacroF1, double Lowest, double Highest, double Accuracy,
    double? Auc, int Seeds)
{
    /// <summary>Macro-F1 with its range over seeds, e.g. <c>0.712 (0.701–0.725)</c>.</summary>
    public string InWords => Score.ToString();

    /// <summary>Macro-F1; its interval is the range over seeds.</summary>
    internal ComparisonNumber Score => new(MacroF1, ComparisonUnit.Score) { Interval = Seeds > 1 ? (Lowest, Highest) : null };
}

/// <summary>
/// Reduces a sweep to the paper's comparison: single modalities and fusion at λ=0, and fusion at a chosen λ. The leak-free protocol chooses
/// λ by mean macro-F1 on validation rows; the published one, as the published notebooks do, takes the best on the test rows.
/// </summary>
internal static class FusionTable
{
    /// <summary>The table: one line a result, numbers with six digits after the point.</summary>
    public static Columns<FusionResult> Columns { get; } = new Columns<FusionResult>("fusion.csv")
        .Text("dataset", r => r.Dataset).Text("encoder", r => r.Encoder).Text("protocol", r => r.Protocol).Text("model", r => r.Model)
        .Digits("lambda", r => r.Lambda, "0.####").Digits("f1_macro_mean", r => r.MacroF1).Digits("f1_macro_lowest", r => r.Lowest)
        .Digits("f1_macro_highest", r => r.Highest).Digits("accuracy_mean", r => r.Accuracy).Digits("auc_ovr_mean", r => r.Auc)
        .Number("seeds", r => r.Seeds);

    /// <summary>Reduces one sweep (one data set, encoder and protocol).</summary>
    /// <param name="sweep">A <c>sweep.csv</c> with rows at λ=0 for every fusion.</param>
    /// <returns>Lines in the order image, text, early, early aligned, late, late aligned, as far as the sweep has them.</returns>
    /// <exception cref="InputException">No test row at λ=0, or rows of more than one protocol.</exception>
    public static IReadOnlyList<FusionResult> Reduce(TextTable sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var protocols = sweep["protocol"].Distinct().ToArray();
        if (protocols.Length != 1)
        {
            throw new InputException($"{sweep.Source}: protocols {string.Join(", ", protocols)}; expected one. Reduce each sweep by itself.");
        }

        var choosingSplit = protocols[0] == "published" ? "test" : "val";
        var results = new List<FusionResult>();
        foreach (var fusion in (string[])["image", "text", "early", "late"])
        {
            var rows = Enumerable.Range(0, sweep.RowCount).Where(r => sweep["fusion"][r] == fusion).ToArray();
            if (rows.Length == 0)
            {
                continue;
            }

            results.Add(Line(sweep, rows, fusion, 0));
            if (fusion is "early" or "late")
            {
                results.Add(Line(sweep, rows, fusion + " aligned", LambdaChoice.Of(sweep, fusion, choosingSplit).Lambda));
            }
        }

        return results;
    }

    private static FusionResult Line(TextTable sweep, int[] rows, string model, double lambda)
    {
        var test = rows.Where(r => sweep["split"][r] == "test" && Math.Abs(sweep.Number("lambda", r) - lambda) < 1e-9).ToArray();
        if (test.Length == 0)
        {
            throw new InputException(
                $"{sweep.Source}: no test row of '{model}' at λ={lambda.ToString(CultureInfo.InvariantCulture)}; expected the grid to hold it.");
        }

        var f1 = test.Select(r => sweep.Number("f1_macro", r)).ToArray();
        var auc = test.Where(r => sweep["auc_ovr"][r].Length > 0).Select(r => sweep.Number("auc_ovr", r)).ToArray();

        // Rounding can put the mean of equal scores beside them.
        var mean = Math.Clamp(f1.Average(), f1.Min(), f1.Max());
        return new(sweep["dataset"][test[0]], sweep["encoder"][test[0]], sweep["protocol"][test[0]], model, lambda, mean, f1.Min(), f1.Max(),
            test.Average(r => sweep.Number("accuracy", r)), auc.Length > 0 ? auc.Average() : null, test.Length);
    }
}
