using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>Verdicts and curves as tables, one line each, numbers with six digits after the point.</summary>
internal static class VerdictTable
{
    private static readonly Columns<AlignmentVerdict> Verdicts = new Columns<AlignmentVerdict>("verdict.csv")
        .Text("comparison", v => v.Title).Text("fusion", v => v.Setting.Fusion).Text("aligner", v => v.Setting.Aligner)
        .Digits("sigma", v => v.Setting.Sigma)
        .Text(
            "chosen_by",
            v => v.Selection switch { LambdaSelection.Validation => "validation", LambdaSelection.OneStandardError => "one standard error", _ => "" })
        .Text("lambda", v => string.Join(' ', v.Lambdas.Select(l => NumberText.Digits(l, "0.####"))))
        .Digits("f1_macro_at_0", v => v.Test.Second).Digits("f1_macro_aligned", v => v.Test.First).Digits("difference", v => v.Test.Difference)
        .Digits("low", v => v.Test.Interval.Low).Digits("high", v => v.Test.Interval.High).Digits("p", v => v.Test.P)
        .Digits("p_corrected", v => v.Test.AdjustedP)
        .Number("comparisons", v => v.Comparisons).Number("rows", v => v.Rows).Number("groups", v => v.Groups).Number("seeds", v => v.Seeds)
        .Text("judgement", v => v.Judgement);

    private static readonly Columns<(LambdaCurve Curve, LambdaPoint At)> Points = new Columns<(LambdaCurve Curve, LambdaPoint At)>("curve.csv")
        .Text("fusion", p => p.Curve.Setting.Fusion).Text("aligner", p => p.Curve.Setting.Aligner).Digits("sigma", p => p.Curve.Setting.Sigma)
        .Digits("lambda", p => p.At.Lambda, "0.####")
        .Digits("f1_macro", p => p.At.MacroF1).Digits("f1_macro_low", p => p.At.Interval.Low).Digits("f1_macro_high", p => p.At.Interval.High)
        .Digits("difference", p => p.At.Difference).Digits("difference_low", p => p.At.DifferenceInterval.Low)
        .Digits("difference_high", p => p.At.DifferenceInterval.High)
        .Number("rows", p => p.Curve.Rows).Number("groups", p => p.Curve.Groups).Number("seeds", p => p.Curve.Seeds)
        .Number("folds", p => p.Curve.Folds);

    /// <summary>Verdicts: one line a comparison.</summary>
    /// <param name="verdicts">The lines.</param>
    public static TextTable Of(IReadOnlyList<AlignmentVerdict> verdicts) => Verdicts.ToTable(verdicts);

    /// <summary>Curves: one line a λ.</summary>
    /// <param name="curves">The curves of one data set and encoder.</param>
    public static TextTable Of(IReadOnlyList<LambdaCurve> curves) =>
        Points.ToTable([.. curves.SelectMany(c => c.Points, (curve, point) => (curve, point))]);
}
