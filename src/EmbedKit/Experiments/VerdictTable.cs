using System.Globalization;
using EmbedKit.Data;

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
            ("comparison", v => v.Title), ("fusion", v => v.Setting.Fusion), ("aligner", v => v.Setting.Aligner), ("sigma", v => Digits(v.Setting.Sigma)),
            ("chosen_by", v => v.Selection switch { LambdaSelection.Validation => "validation", LambdaSelection.OneStandardError => "one standard error", _ => "" }),
            ("lambda", v => string.Join(' ', v.Lambdas.Select(l => l.ToString("0.####", CultureInfo.InvariantCulture)))),
            ("f1_macro_at_0", v => Digits(v.Test.Second)), ("f1_macro_aligned", v => Digits(v.Test.First)), ("difference", v => Digits(v.Test.Difference)),
            ("low", v => Digits(v.Test.Interval.Low)), ("high", v => Digits(v.Test.Interval.High)), ("p", v => Digits(v.Test.P)), ("p_corrected", v => Digits(v.Test.AdjustedP)),
            ("comparisons", v => Count(v.Comparisons)), ("rows", v => Count(v.Rows)), ("groups", v => v.Groups is { } groups ? Count(groups) : ""), ("seeds", v => Count(v.Seeds)),
            ("judgement", v => v.Judgement));
    }

    /// <summary>Curves: one line a λ.</summary>
    /// <param name="curves">The curves of one data set and encoder.</param>
    public static TextTable Of(IReadOnlyList<LambdaCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        return Table([.. curves.SelectMany(c => c.Points, (curve, point) => (curve, point))], "curve.csv",
            ("fusion", c => c.curve.Setting.Fusion), ("aligner", c => c.curve.Setting.Aligner), ("sigma", c => Digits(c.curve.Setting.Sigma)),
            ("lambda", c => c.point.Lambda.ToString("0.####", CultureInfo.InvariantCulture)),
            ("f1_macro", c => Digits(c.point.MacroF1)), ("f1_macro_low", c => Digits(c.point.Interval.Low)), ("f1_macro_high", c => Digits(c.point.Interval.High)),
            ("difference", c => Digits(c.point.Difference)), ("difference_low", c => Digits(c.point.DifferenceInterval.Low)), ("difference_high", c => Digits(c.point.DifferenceInterval.High)),
            ("rows", c => Count(c.curve.Rows)), ("groups", c => c.curve.Groups is { } groups ? Count(groups) : ""), ("seeds", c => Count(c.curve.Seeds)), ("folds", c => Count(c.curve.Folds)));
    }

    private static TextTable Table<T>(IReadOnlyList<T> lines, string name, params (string Name, Func<T, string> Cell)[] columns) =>
        new([.. columns.Select(c => c.Name)], [.. columns.Select(c => lines.Select(c.Cell).ToArray())], name);

    private static string Digits(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
