using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>Verdicts and curves as tables, one line each, numbers with six digits after the point.</summary>
public static class VerdictTable
{
    /// <summary>Verdicts: one line a comparison.</summary>
    /// <param name="verdicts">The lines.</param>
    public static TextTable Of(IReadOnlyList<AlignmentVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        return Table(verdicts, "verdict.csv",
            ("comparison", v => v.Title), ("fusion", v => v.Setting.Fusion), ("aligner", v => v.Setting.Aligner), ("sigma", v => NumberText.Digits(v.Setting.Sigma)),
            ("chosen_by", v => v.Selection switch { LambdaSelection.Validation => "validation", LambdaSelection.OneStandardError => "one standard error", _ => "" }),
            ("lambda", v => string.Join(' ', v.Lambdas.Select(l => NumberText.Digits(l, "0.####")))),
            ("f1_macro_at_0", v => NumberText.Digits(v.Test.Second)), ("f1_macro_aligned", v => NumberText.Digits(v.Test.First)), ("difference", v => NumberText.Digits(v.Test.Difference)),
            ("low", v => NumberText.Digits(v.Test.Interval.Low)), ("high", v => NumberText.Digits(v.Test.Interval.High)), ("p", v => NumberText.Digits(v.Test.P)), ("p_corrected", v => NumberText.Digits(v.Test.AdjustedP)),
            ("comparisons", v => Count(v.Comparisons)), ("rows", v => Count(v.Rows)), ("groups", v => v.Groups is { } groups ? Count(groups) : ""), ("seeds", v => Count(v.Seeds)),
            ("judgement", v => v.Judgement));
    }

    /// <summary>Curves: one line a λ.</summary>
    /// <param name="curves">The curves of one data set and encoder.</param>
    public static TextTable Of(IReadOnlyList<LambdaCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        return Table([.. curves.SelectMany(c => c.Points, (curve, point) => (curve, point))], "curve.csv",
            ("fusion", c => c.curve.Setting.Fusion), ("aligner", c => c.curve.Setting.Aligner), ("sigma", c => NumberText.Digits(c.curve.Setting.Sigma)),
            ("lambda", c => NumberText.Digits(c.point.Lambda, "0.####")),
            ("f1_macro", c => NumberText.Digits(c.point.MacroF1)), ("f1_macro_low", c => NumberText.Digits(c.point.Interval.Low)), ("f1_macro_high", c => NumberText.Digits(c.point.Interval.High)),
            ("difference", c => NumberText.Digits(c.point.Difference)), ("difference_low", c => NumberText.Digits(c.point.DifferenceInterval.Low)), ("difference_high", c => NumberText.Digits(c.point.DifferenceInterval.High)),
            ("rows", c => Count(c.curve.Rows)), ("groups", c => c.curve.Groups is { } groups ? Count(groups) : ""), ("seeds", c => Count(c.curve.Seeds)), ("folds", c => Count(c.curve.Folds)));
    }

    private static TextTable Table<T>(IReadOnlyList<T> lines, string name, params (string Name, Func<T, string> Cell)[] columns) =>
        new([.. columns.Select(c => c.Name)], [.. columns.Select(c => lines.Select(c.Cell).ToArray())], name);

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
